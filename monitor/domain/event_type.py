"""Event types and modes: what kind of act, and how it is done, in the terms of PLOVER."""

from collections.abc import Mapping
from enum import StrEnum

__all__ = ["MODES", "EventMode", "EventType"]


class EventType(StrEnum):
    """Event types in the terms of PLOVER, the Political Language Ontology for Verifiable Event Records.

    Source: Halterman et al., "PLOVER and POLECAT" (2023), table of event types.
    """

    AGREE = "AGREE"
    """Agree to, settle, or promise to cooperate."""
    CONSULT = "CONSULT"
    """Meet, talk, negotiate."""
    SUPPORT = "SUPPORT"
    """Restore or deepen relations."""
    COOPERATE = "COOPERATE"
    """Cooperate in practice: military, economic, judicial."""
    AID = "AID"
    """Give material aid."""
    RETREAT = "RETREAT"
    """Yield: cease fire, withdraw, release, lift sanctions."""
    REQUEST = "REQUEST"
    """Demand or appeal for something."""
    ACCUSE = "ACCUSE"
    """Criticise, blame, condemn."""
    REJECT = "REJECT"
    """Refuse a proposal or a demand."""
    THREATEN = "THREATEN"
    """Threaten or warn of hostile action."""
    PROTEST = "PROTEST"
    """Demonstrate, riot, strike, walk out."""
    SANCTION = "SANCTION"
    """Embargo, freeze assets, expel, break relations."""
    MOBILIZE = "MOBILIZE"
    """Move, mass or alert forces."""
    COERCE = "COERCE"
    """Impose curfew or emergency rule, seize power, arrest, restrict."""
    ASSAULT = "ASSAULT"
    """Use armed or unarmed force."""
    NONE = "NONE"
    """No political act: a market move."""


class EventMode(StrEnum):
    """How an act is done, in the terms of PLOVER; what a mode says depends on the event type.

    Under THREATEN a mode is what is threatened, under REQUEST and REJECT what is asked for or
    refused. Names that several types share ("arrest", "restrict") are one member here. `MODES` says
    which types have which.

    Source: the structured PLOVER codebook of the POLECAT coder (github.com/ahalterman/NGEC-2025,
    `PLOVER_structured_codebook_updated.csv`: 72 pairs of type and mode), and the PLOVER manual
    0.7b1 (github.com/openeventdata/PLOVER) for `martial-law`, which that codebook defines under
    `curfew`.
    """

    ABDUCT = "abduct"
    """Abduct or kidnap people; hijack planes, ships or vehicles."""
    BEAT = "beat"
    """Strike people by hand or with a blunt instrument."""
    TORTURE = "torture"
    """Torture."""
    EXECUTE = "execute"
    """Execute, judicially sanctioned or claimed to be."""
    SEXUAL = "sexual"
    """Sexual violence."""
    ASSASSINATE = "assassinate"
    """Kill, or try to kill, a chosen person, with any weapon."""
    DESTROY = "destroy"
    """Destroy or demolish property as part of a conflict."""
    PRIMITIVE = "primitive"
    """Attack with fire, blades, stones or tools."""
    FIREARMS = "firearms"
    """Attack with rifles, pistols or light machine guns."""
    EXPLOSIVES = "explosives"
    """Attack with mines, planted or car bombs; suicide attacks apart."""
    SUICIDE_ATTACK = "suicide-attack"
    """Attack in which the attacker means to die, on foot or in a vehicle."""
    AERIAL = "aerial"
    """Attack from manned aircraft or helicopters."""
    DRONE = "drone"
    """Attack from unmanned aircraft."""
    HEAVY_WEAPONS = "heavy-weapons"
    """Attack with artillery, mortars, rockets, missiles or armour."""
    CROWD_CONTROL = "crowd-control"
    """Tear gas, water cannon, batons or shots in the air against a crowd."""
    CLEANSING = "cleansing"
    """Drive out or kill a people: ethnic cleansing, mass expulsion."""
    MASSACRE = "massacre"
    """Kill many who cannot defend themselves."""
    UNCONVENTIONAL = "unconventional"
    """Chemical, biological, radiological or nuclear weapons."""
    SEIZE = "seize"
    """Search, raid or confiscate property."""
    RESTRICT = "restrict"
    """Restrict movement or freedoms, cordon off; THREATEN: to block people or goods."""
    BAN = "ban"
    """Ban individuals or organisations; THREATEN: to do so."""
    CENSOR = "censor"
    """Restrict publications or other information."""
    CURFEW = "curfew"
    """Impose a curfew."""
    MARTIAL_LAW = "martial-law"
    """Impose a state of emergency or martial law."""
    ARREST = "arrest"
    """Arrest or detain; THREATEN: to do so."""
    DEPORT = "deport"
    """Expel or deport individuals."""
    WITHHOLD = "withhold"
    """Shut off power, water, internet, food or medicine."""
    MISINFORMATION = "misinformation"
    """Deceive or manipulate the public."""
    CYBER = "cyber"
    """Attack computers or networks."""
    RELATIONS = "relations"
    """Threaten to suspend relations or talks."""
    RIGHTS = "rights"
    """Threaten to restrict speech, press or assembly."""
    EXPEL = "expel"
    """Expel from a group, organisation or country; THREATEN: to do so."""
    TERRITORY = "territory"
    """Threaten to occupy or seize territory."""
    VIOLENCE = "violence"
    """Threaten violence."""
    DEMO = "demo"
    """Demonstrate, largely peacefully."""
    RIOT = "riot"
    """Riot: crowds that mean to hurt or to damage."""
    STRIKE = "strike"
    """Leave work: labour strike, walkout, stoppage."""
    HUNGER = "hunger"
    """Hunger strike."""
    BOYCOTT = "boycott"
    """Boycott an activity, firm or country."""
    OBSTRUCT = "obstruct"
    """Block roads, borders or buildings."""
    TROOPS = "troops"
    """Move, call up or exercise armed personnel or units."""
    WEAPONS = "weapons"
    """Ready, deploy or test weapons systems."""
    POLICE = "police"
    """Move or ready police or security units."""
    MILITIA = "militia"
    """Move or ready militias or other armed groups."""
    CONVICT = "convict"
    """Find guilty or unlawful in a court."""
    WITHDRAW = "withdraw"
    """Withdraw forces (RETREAT); leave an organisation, recall envoys or aid (SANCTION)."""
    DISCONTINUE = "discontinue"
    """Curtail or end diplomatic, commercial or material exchange: sanctions, embargo."""
    RELEASE = "release"
    """Release captives."""
    RETURN = "return"
    """Return property."""
    DISARM = "disarm"
    """Disarm or give up weapons."""
    CEASEFIRE = "ceasefire"
    """Cease fire or halt operations."""
    ACCESS = "access"
    """Let in observers, peacekeepers or relief."""
    RESIGN = "resign"
    """Resign from office."""
    VISIT = "visit"
    """One party visits, the other is host."""
    THIRD_PARTY = "third-party"
    """Hosted or mediated by a third party."""
    MULTILATERAL = "multilateral"
    """Within an alliance or an international organisation."""
    PHONE = "phone"
    """By telephone or another remote medium."""
    ASSIST = "assist"
    """Exchange, relations or assistance is asked for or refused."""
    CHANGE = "change"
    """A change of policy, government or institutions is."""
    YIELD = "yield"
    """A release, a ceasefire or the easing of sanctions is."""
    MEET = "meet"
    """A meeting or negotiations are."""
    DISAPPROVE = "disapprove"
    """Criticise, condemn or complain."""
    INVESTIGATE = "investigate"
    """Investigate."""
    ALLEGE = "allege"
    """Accuse, sue, indict or bring to trial."""


def _modes(names: str) -> tuple[EventMode, ...]:
    return tuple(EventMode(name) for name in names.split())


_YIELDING = _modes("assist change yield meet")

MODES: Mapping[EventType, tuple[EventMode, ...]] = {
    EventType.ASSAULT: _modes(
        "abduct beat torture execute sexual assassinate destroy primitive firearms explosives "
        "suicide-attack aerial drone heavy-weapons crowd-control cleansing massacre unconventional"
    ),
    EventType.COERCE: _modes(
        "seize restrict ban censor curfew martial-law arrest deport withhold misinformation cyber"
    ),
    EventType.THREATEN: _modes("restrict ban arrest relations rights expel territory violence"),
    EventType.PROTEST: _modes("demo riot strike hunger boycott obstruct"),
    EventType.MOBILIZE: _modes("troops weapons police militia"),
    EventType.SANCTION: _modes("convict expel withdraw discontinue"),
    EventType.RETREAT: _modes("withdraw release return disarm ceasefire access resign"),
    EventType.CONSULT: _modes("visit third-party multilateral phone"),
    EventType.REQUEST: _YIELDING,
    EventType.REJECT: _YIELDING,
    EventType.ACCUSE: _modes("disapprove investigate allege"),
}
"""The modes that each event type has; types that are not named have none."""
