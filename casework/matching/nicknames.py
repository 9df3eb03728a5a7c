"""Short forms and spellings of one forename, by group: our own list, editable, lower case and without accents.

A forename can stand in several groups ("chris", "sam", "alex").
"""

from rapidfuzz.distance import OSA

GROUPS = tuple(
    frozenset(line.split())
    for line in """
    elizabeth elisabeth elspeth liz lizzie lizzy eliza beth betty bess libby lisa elsie betsy
    katherine catherine kathryn catharine katharine kathrin cathryn katheryn kath cath kathy cathy kate katie katy kat cat kitty
    margaret marguerite meg maggie peggy madge marge margie mags greta
    jacqueline jackie jacky jacqui jaqueline jacquelyn jacquie
    rebecca rebekah becky becca bex becki
    samantha sam sammy sammie
    samuel sam sammy
    alexander alex al sandy alec lex sasha xander
    alexandra alex sandra lexi sasha alexa
    christopher chris kris topher kit
    christine christina kristina kristine chris chrissie tina kris christy
    thomas tom tommy thom
    robert rob bob bobby robbie bert
    william will bill billy willie liam
    richard rick ricky dick rich richie
    anthony tony antony ant anton
    michael mike mick micky mickey mikey micheal
    david dave davey davy dai
    daniel dan danny
    danielle dani dan danni daniella
    james jim jimmy jamie jem
    john johnny jon jack johnnie
    jonathan jon jonny jonathon johnathan jono
    joseph joe joey jo
    joanna joanne jo joan joann johanna
    josephine jo josie jojo
    edward ed eddie ted teddy ned edd
    edwin ed eddie
    matthew matt mat mathew matty
    andrew andy drew andre
    andrea andi andie
    nicholas nick nicky nicolas nik
    nicola nicky nikki nic nicki nichola
    natalie nat natalia nataly
    natasha tasha nat natacha
    nathan nathaniel nat nate
    patricia pat patsy trish tricia patti patty
    patrick pat paddy padraig
    stephen steven steve stevie stephan ste
    stephanie steph stefanie stevie
    susan sue susie suzy suzie suzanne susanne susanna susannah
    deborah debbie deb debra debs debora
    barbara barb babs barbie
    jennifer jen jenny jenni jenn
    jessica jess jessie
    victoria vicky vicki vikki tori vic viki
    victor vic viktor
    valerie val
    philip phil phillip pip
    peter pete petr
    gregory greg gregg
    geoffrey geoff jeff jeffrey jeffery
    gerald gerry jerry gerard ged
    lawrence laurence larry lawrie laurie
    kenneth ken kenny
    ronald ron ronnie
    donald don donnie
    raymond ray
    timothy tim timmy
    terence terry terrence tel
    theresa teresa terri tess tessa terry
    benjamin ben benny benji
    charles charlie chas chuck
    charlotte charlie lottie char lotte
    francis frank frankie fran
    frances fran frankie francie
    francesca fran frankie chess
    frederick fred freddie freddy frederic
    georgina georgie gina
    harold harry hal
    henry harry hank
    harriet hattie harri
    leonard len lenny leo
    martin marty martyn
    vincent vince vinny
    zachary zac zach zack
    abigail abby abi gail abbie
    amanda mandy manda
    angela angie ange
    caroline carolyn carol carrie caz karoline
    carol carole caroll
    clare claire clair
    diana diane di dianne
    dorothy dot dottie dolly
    eleanor ellie nell elinor nora ellen eleanore
    emily em emmy emmie
    emma em
    gillian jill gill jillian gilly
    hannah hanna
    helen helena ellen nell
    isabel isabelle isobel bella izzy isabella belle
    jane jayne janie
    janet jan
    janice jan janis
    judith judy jude
    kimberley kim kimberly
    laura laurie lauren
    linda lynda lyn lin lindy
    lynn lynne lyn lin
    lindsay lindsey linsey lyndsey
    louise lou
    lucy lucie lu
    marilyn marylin marilynn
    marian marion maryanne
    mary marie molly polly
    maria marie
    maureen mo maur
    michelle shell shelly chelle michele
    pamela pam pammie
    penelope penny
    rachel rachael rach raquel
    rosemary rose rosie romy
    sarah sara sally sadie
    sharon shaz shazza
    sian shan
    sophie sophia sofia soph
    tracey tracy traci trace
    veronica ronnie vera
    yvonne evonne
    yvette evette
    zoe zoey zowie
    mohammed mohammad muhammad mohamed muhammed mohamad mohammod muhamad mehmet mo moh md
    ahmed ahmad achmed
    hussain hussein husain hossain husayn
    hassan hasan hasson
    abdul abdel abdal abd
    omar umar umer
    yusuf yousef youssef yousuf yosef joseph
    ibrahim ebrahim abraham
    ali aly
    fatima fatimah fatema fathima fatma
    aisha ayesha aysha aishah aicha
    khadija khadijah khadeja
    maryam mariam miriam meryem
    zainab zaynab zeinab zaineb
    nasreen nasrin nasrine
    noor nur nour
    imran emran
    rajesh raj rajeesh
    gurpreet gurprit gurpeet preet
    harjit harjeet
    manjit manjeet
    priya priyanka pri
    agnieszka agnieshka agnes aga agneszka
    katarzyna kasia katarina
    malgorzata gosia margaret
    piotr peter pyotr
    pawel paul pavel
    tomasz tomas thomas tomek
    krzysztof christopher kristof
    jan john
    aleksander alexander aleksandr olek
    aleksandra alexandra ola
    oluwaseun seun olu
    chukwuemeka emeka chuks
    jose joe pepe
    sean shaun shawn
    ian iain
    neil neal niall
    alan allan allen al
    albert al bert bertie
    alfred alf alfie fred
    arthur art
    bernard bernie
    bradley brad
    brian bryan
    clifford cliff
    conor connor
    craig greig
    darren daz
    dennis denis den
    derek derrick del
    dominic dom dominik
    douglas doug dougie
    elliot elliott eliot
    gareth gaz garry gary
    gary garry gaz
    graham graeme grahame
    jeremy jez jerry jeremiah
    joshua josh
    julian jules
    julie jules julia
    keiran kieran kieron ciaran
    kevin kev
    lewis louis lou lew
    luke lukas lucas
    malcolm malc mal
    marcus marc mark
    maurice mo morris
    nigel nige
    oliver olly ollie
    olivia liv livvy
    reginald reg reggie
    rhys reece rees
    roger rodge
    roderick rod rory
    russell russ
    shane shayne
    simon si
    stuart stewart stu
    trevor trev
    walter wally walt
    ashley ashleigh ash
    kerry kerri keri
    leigh lee
    hayley haley hailey
    kelly kelley
    kirsty kirstie kirsten
    leanne lianne
    melanie mel
    melissa mel missy
    charlene sharlene
    cheryl sheryl
    chloe khloe
    bethany beth
    brenda bren
    gemma jemma gem jem
    heather hev
    jill gill
    joyce joy
    kathleen kath cath kathy kathie cathleen
    lesley leslie les
    lorraine lorrain lori
    marjorie marge margery
    naomi nomi
    tanya tania
    wendy wend
    dafydd david dai
    siobhan shevaun chevonne
    """.strip().splitlines()
)

DIFFERENT = frozenset(
    frozenset(line.split())
    for line in """
    paul paula
    daniel danielle
    louis louise
    francis frances
    alexander alexandra
    alexander alexandria
    christian christina
    george georgia
    george georgie
    simon simone
    michael michaela
    stephen stephanie
    martin martina
    martin martine
    robert roberta
    joseph josephine
    john joan
    joan jean
    jean dean
    andrew andrea
    adrian adriana
    carl carla
    karl karla
    denis denise
    dennis denise
    eric erica
    gabriel gabrielle
    henry henrietta
    julian juliana
    julian julia
    justin justine
    nicholas nicola
    nicolas nicola
    oliver olivia
    patrick patricia
    philip philippa
    victor victoria
    gary mary
    terry kerry
    kerry jerry
    maria marian
    mary maria
    jane janet
    jane june
    anna hanna
    ann ian
    ian dan
    dean sean
    sean jean
    tim tom
    tim kim
    ron rob
    ray roy
    jack mack
    mark mary
    emma gemma
    ella bella
    ali eli
    amir samir
    """.strip().splitlines()
)


def _groups_by_name() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, group in enumerate(GROUPS):
        for name in group:
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_BY_NAME = _groups_by_name()
_NONE: frozenset[int] = frozenset()


def groups(name: str) -> frozenset[int]:
    """Numbers of the groups a folded forename belongs to; empty for a name without known short forms."""
    return _BY_NAME.get(name, _NONE)


def related(one: str, other: str) -> bool:
    """Whether two folded forenames are forms of one name."""
    return bool(groups(one) & groups(other))


def nearly_related(one: str, other: str) -> bool:
    """Whether one of two folded forenames is a slip away from a form of the other: "mhammed" and "mo"."""
    return _near_a_form(one, other) or _near_a_form(other, one)


def _near_a_form(misspelt: str, name: str) -> bool:
    if len(misspelt) < 5 or groups(misspelt):
        return False
    forms = (form for number in groups(name) for form in GROUPS[number] if len(form) > 4)
    return any(OSA.distance(misspelt, form, score_cutoff=1) <= 1 for form in forms)


def known_to_differ(one: str, other: str) -> bool:
    """Whether two forenames that look like a typing slip of each other are in truth two names."""
    return frozenset((one, other)) in DIFFERENT
