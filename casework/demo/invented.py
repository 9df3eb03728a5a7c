"""Names for people who do not exist, and the slips that happen when they are typed."""

import datetime
import random

_FORENAMES = """
    Abigail Adam Adele Aidan Aisha Alan Alexander Alice Alison Amanda Amy Andrew Angela Anita Anna Anthony Asif
    Ayesha Barry Beatrice Benjamin Beverley Bilal Brandon Brenda Bronwen Callum Cameron Carl Carmen Catherine
    Cerys Charles Charlotte Christine Christopher Claire Colin Courtney Craig Cynthia Daisy Daniel Danielle
    Darren David Deborah Dennis Derek Diane Dominic Donna Dylan Edward Eileen Eleanor Elizabeth Emily Emma Eric
    Esther Ethan Faith Fatima Felix Fiona Florence Frances Frank Frederick Gareth Gavin Gemma George Georgina
    Gillian Glenys Grace Graham Gwen Hannah Harriet Harvey Hassan Hayley Heidi Helen Henry Hugh Ifan Imran Irene
    Isabel Ivan Jacob Jacqueline James Janet Jason Jasmine Jennifer Jeremy Jessica Joanne Jonathan Joseph Joshua
    Julie Karen Katherine Keith Kelly Kenneth Kevin Kimberley Kyle Lauren Lawrence Leah Leonard Lesley Lewis
    Linda Lorna Louise Lucy Luke Madeleine Marcus Margaret Marilyn Martin Mary Matthew Maureen Megan Melissa
    Michael Michelle Miriam Mohammed Moira Nadia Naomi Natalie Nathan Neil Nia Nicholas Nicola Nigel Noreen
    Olivia Oscar Owen Pamela Patricia Patrick Paul Pauline Peter Philip Phoebe Rachel Ralph Raymond Rebecca
    Rhian Richard Robert Roger Ronald Rosemary Ross Roy Russell Ruth Ryan Sabrina Samantha Samuel Sandra Sarah
    Scott Shabana Sharon Sheila Sian Simon Sophie Stacey Stephanie Stephen Stuart Susan Sylvia Tanya Teresa
    Terence Thomas Timothy Tracey Usman Valerie Vera Victoria Vincent Walter Wayne Wendy Wesley William Yasmin
    Yvonne Zachary Zara
"""
_SURNAMES = """
    Abbott Ackroyd Adcock Ainsworth Akhtar Aldridge Allinson Ansari Appleby Armitage Ashworth Atkins Bagshaw
    Bainbridge Ball Bannister Barlow Barnett Bashir Bates Beckett Bennett Berry Birch Blackburn Bolton Booth
    Bowen Boyle Bradbury Brennan Briscoe Bristow Brookes Buckley Burgess Burton Butcher Byrne Cairns Calvert
    Carmichael Cartwright Chadwick Chandler Chaudhry Christie Clayton Clegg Coleman Connolly Cooke Corbett
    Costello Coulson Crawford Croft Crowther Cullen Curtis Dalton Davenport Dawes Denton Dhillon Dickinson Dixon
    Dobson Donnelly Doyle Drummond Duffy Durrant Eastwood Eccles Edmonds Ellison Emerson Entwistle Fairclough
    Farrell Fenton Finch Fitzgerald Fletcher Foster Frost Gallagher Garside Gibbons Gill Glover Goodwin Grainger
    Greenwood Gregson Griffiths Hadley Haigh Hammond Hardcastle Harper Hartley Haworth Heath Henshaw Hewitt
    Higgins Hobson Hodgson Holt Hopkins Horton Hough Houghton Hudson Hughes Hussain Ingham Iqbal Irving Jackson
    Jarvis Jenkins Johnstone Jones Kavanagh Kay Kendall Kershaw Khan Kirby Knowles Lancaster Langley Latham
    Lawson Leigh Lennon Livesey Lloyd Lomas Lowe Lynch Mahmood Mallinson Marsden Mason McGrath Mehta Mercer
    Metcalf Millward Mistry Molloy Moorhouse Morley Mulligan Naylor Neville Newton Nolan Norris Nuttall Oakley
    Ogden Oldham Ormerod Osborne Palmer Parkinson Patel Pearson Perkins Pickering Platt Pollard Powell Prescott
    Pritchard Quigley Radcliffe Rafferty Ramsden Redfern Rhodes Riley Rimmer Roscoe Rothwell Rowley Rushton
    Russell Saddiq Schofield Seddon Sharples Shaw Sheldon Shepherd Singh Slater Smith Southern Spencer
    Stansfield Steadman Stone Sugden Sutcliffe Swift Talbot Taylor Thornley Thorpe Tierney Tomlinson Townsend
    Tunstall Turnbull Underhill Unsworth Upton Vickers Waddington Wainwright Walmsley Walton Warburton Watkins
    Webb Whalley Whitaker Wilcox Wilding Williams Winterbottom Wolstenholme Woodhead Worsley Wrigley Yardley
    Youngson
"""
_STREETS = """
    Anchor Beacon Bramble Canal Castle Chapel Cooper Coppice Dock Elm Ferry Foundry Garrison Granary Harbour
    Hawthorn Heron Jubilee Juniper Kestrel Lantern Linden Lock Mariner Meadow Mill Orchard Packet Pilot Priory
    Quarry Quay Regent Ropewalk Rowan Sailmaker Signal Spinney Station Tanner Thistle Union Victoria Weaver
    Wharf Windmill
"""
FORENAMES = tuple(_FORENAMES.split())
SURNAMES = tuple(_SURNAMES.split())
STREETS = tuple(_STREETS.split())
FREQUENT = (
    ("Sunita", "Sharma"),
    ("Harpreet", "Kaur"),
    ("Amina", "Begum"),
    ("Mohammed", "Ali"),
    ("Katarzyna", "Nowak"),
    ("Chloë", "Fitz-Simon"),
    ("João", "dos Santos"),
    ("Thu Trang", "Le"),
    ("Yetunde", "Okonkwo"),
    ("Siobhán", "O'Neill"),
    ("Khalid", "al-Rashid"),
    ("Elin", "ap Hywel"),
    ("Sarah", "Smith"),
    ("David", "Jones"),
)
SHORT_FORMS = {
    "Abigail": "Abby", "Alexander": "Alex", "Amanda": "Mandy", "Andrew": "Andy", "Anthony": "Tony", "Benjamin": "Ben",
    "Catherine": "Kathryn", "Christine": "Chris", "Christopher": "Chris", "Daniel": "Danny", "Deborah": "Debbie",
    "Edward": "Ted", "Eleanor": "Ellie", "Elizabeth": "Liz", "Frederick": "Fred", "Gillian": "Jill", "Jacqueline": "Jackie",
    "James": "Jim", "Jennifer": "Jenny", "Jessica": "Jess", "Joanne": "Jo", "Joseph": "Joe", "Joshua": "Josh",
    "Katherine": "Kath", "Kenneth": "Ken", "Kimberley": "Kim", "Lawrence": "Larry", "Leonard": "Len", "Margaret": "Maggie",
    "Matthew": "Matt", "Michael": "Mick", "Mohammed": "Mo", "Natalie": "Nat", "Nicholas": "Nick", "Nicola": "Nicky",
    "Pamela": "Pam", "Patricia": "Trish", "Patrick": "Paddy", "Peter": "Pete", "Philip": "Phil", "Rebecca": "Becky",
    "Richard": "Rick", "Robert": "Bob", "Samantha": "Sam", "Samuel": "Sam", "Stephanie": "Steph", "Stephen": "Steve",
    "Susan": "Sue", "Teresa": "Terri", "Terence": "Terry", "Thomas": "Tom", "Timothy": "Tim", "Victoria": "Vicky",
    "Vincent": "Vince", "William": "Bill", "Zachary": "Zac",
}  # fmt: skip
OTHER_SPELLINGS = {
    "Mohammed": "Muhammad", "Ayesha": "Aisha", "Aisha": "Ayesha", "Katarzyna": "Katarzina", "Sarah": "Sara", "Claire": "Clare",
    "Stephen": "Steven", "Tracey": "Tracy", "Rachel": "Rachael", "Yasmin": "Yasmeen", "Hassan": "Hasan", "Sian": "Siân",
    "Siobhán": "Siobhan", "Amina": "Aminah", "Elizabeth": "Elisabeth", "Harpreet": "Harprit", "Fatima": "Fatema",
    "Chloë": "Chloe", "João": "Joao", "Isabel": "Isobel", "Philip": "Phillip", "Michelle": "Michele",
}  # fmt: skip
STREET_KINDS = ("Road", "Street", "Avenue", "Close", "Lane", "Drive", "Court", "Terrace", "Walk", "Place")


def address(draw: random.Random) -> tuple[str, str]:
    """A first line and a postcode; HB is no postcode area."""
    line = f"{draw.randint(1, 190)} {draw.choice(STREETS)} {draw.choice(STREET_KINDS)}"
    code = (
        f"HB{draw.randint(1, 9)} {draw.randint(1, 9)}{draw.choice('ABDEFGHJLN')}{draw.choice('ABDEFGHJLNPQRSTUWXYZ')}"
    )
    return line, code


def slip(draw: random.Random, word: str) -> str:
    """One slip of the hand: two letters exchanged, one left out or one doubled."""
    if len(word) < 4:
        return word
    at = draw.randint(1, len(word) - 2)
    kind = draw.random()
    if kind < 0.6:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :] if kind < 0.8 else word[:at] + word[at] + word[at:]


def other_birth(draw: random.Random, day: datetime.date) -> datetime.date:
    """A birth date as it gets mistyped: day and month exchanged where that is a day, one digit or one day off."""
    if day.day <= 12 and day.day != day.month and draw.random() < 0.5:
        return day.replace(day=day.month, month=day.day)
    if draw.random() < 0.5:
        return day + datetime.timedelta(days=draw.choice((-1, 1)))
    return day + datetime.timedelta(days=10 if day.day <= 18 else -10)
