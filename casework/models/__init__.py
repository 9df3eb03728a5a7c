"""What is stored."""

from casework.models.agency import (
    Agency,
    AgencyType,
    Cover,
    Membership,
    MembershipPanel,
    Office,
    Organisation,
    Panel,
    PanelOffice,
    Partnership,
    Role,
    Seat,
    User,
)
from casework.models.agreement import (
    AgreementPanel,
    AgreementParty,
    AgreementSignature,
    AgreementVersion,
    Consent,
    DecisionCase,
    DecisionItem,
    DecisionRecipient,
    DisclosureDecision,
    DueDiligence,
    GatewaySetting,
    LegalCondition,
    LegalGateway,
    Purpose,
    SharingAgreement,
)
from casework.models.base import CaseBound, NoViewer, Recorded, ScopedQuerySet
from casework.models.case import (
    Case,
    NameWord,
    Party,
    PartyAddress,
    PartyRole,
    PartyToken,
    PartyWord,
    Person,
)
from casework.models.desk import AuditEngagement, EngagementCase, IdempotencyKey, Notice, Search, TimetableEntry
from casework.models.emergency import AccessReview, AccessReviewLine, EmergencyAccess
from casework.models.grant import Basis, CaseGrant, CaseUserGrant, Depth
from casework.models.held import HeldCase
from casework.models.imports import ImportBatch, ImportFile, ImportRow
from casework.models.intervention import Breach, Condition, Intervention, InterventionType
from casework.models.meeting import (
    CLOSED_IN_EMERGENCY,
    RELEASED_CLASSES,
    Action,
    AssertionType,
    Attendance,
    Audience,
    DataClass,
    Hearing,
    HearingRisk,
    InformationItem,
    ItemAudience,
    ItemRelease,
    ItemSource,
    Meeting,
    OnwardRequest,
    ResearchReturn,
    RiskTarget,
)
from casework.models.pack import Pack, PackDocument
from casework.models.pairs import PartyPair
from casework.models.reference import new_reference, normalise_reference
from casework.models.referral import MatchKind, MatchProposal, Referral, RepeatRule, ScreeningDecision
from casework.models.report import Incident, Report, ReportSource
from casework.models.risk import Assessment, AssessmentAnswer, InstrumentVersion, RiskInstrument
from casework.models.safe import OutwardContact, SafeAddress, SafeContact
from casework.models.walled import (
    ConflictOfInterest,
    Connection,
    ConnectionToken,
    Declaration,
    KnownElsewhere,
    Seal,
)

__all__ = [name for name in dir() if name[0].isupper() or name in ("new_reference", "normalise_reference")]
