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
    AgreementSignature,
    AgreementVersion,
    DisclosureDecision,
    LegalGateway,
    SharingAgreement,
)
from casework.models.base import CaseBound, NoViewer, Recorded, ScopedQuerySet
from casework.models.case import (
    Case,
    ConflictOfInterest,
    NameWord,
    Party,
    PartyAddress,
    PartyRole,
    PartyWord,
    Person,
)
from casework.models.desk import AuditEngagement, EngagementCase, IdempotencyKey, Notice, Search, TimetableEntry
from casework.models.grant import Basis, CaseGrant, CaseUserGrant, Depth
from casework.models.imports import ImportBatch, ImportFile, ImportRow
from casework.models.intervention import Breach, Condition, Intervention, InterventionType
from casework.models.meeting import (
    Action,
    AssertionType,
    Attendance,
    Audience,
    DataClass,
    Hearing,
    HearingRisk,
    InformationItem,
    ItemAudience,
    Meeting,
    ResearchReturn,
    RiskTarget,
)
from casework.models.pack import Pack, PackDocument
from casework.models.reference import new_reference, normalise_reference
from casework.models.referral import MatchKind, MatchProposal, Referral, RepeatRule, ScreeningDecision
from casework.models.report import Incident, Report, ReportSource
from casework.models.risk import Assessment, AssessmentAnswer, InstrumentVersion, RiskInstrument
from casework.models.safe import SafeAddress, SafeContact

__all__ = [name for name in dir() if name[0].isupper() or name in ("new_reference", "normalise_reference")]
