"""Entity and mention: the thing, and one place where a text speaks of it."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.domain.evidence import TextSpan

__all__ = ["Entity", "EntityLabel", "Mention"]


class EntityLabel(StrEnum):
    """Kinds of entity, named as spaCy's OntoNotes pipelines name them."""

    PERSON = "PERSON"
    """People, family names alone included."""
    ORG = "ORG"
    """Companies, agencies, armed groups, bodies of states."""
    GPE = "GPE"
    """Countries, provinces, cities: places with a government."""
    LOC = "LOC"
    """Other places: seas, regions, mountains."""
    FAC = "FAC"
    """Buildings, airports, bases, bridges by name."""
    NORP = "NORP"
    """Nationalities, religious and political groups."""
    MISC = "MISC"
    """Named happenings, laws, works, weapons, vessels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A thing that articles speak of, as a signal names it.

    `id` is an ISO 3166-1 alpha-2 code for a country and for whatever stands for one (its people,
    its government), a stable id of the data file for an organisation, or None where unknown.
    """

    text: str
    id: str | None = None
    label: EntityLabel | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2 code of the country the entity lies in or belongs to, where known."""

    @property
    def key(self) -> str:
        """What two mentions of the same entity share."""
        return self.id or self.text.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place in a text that speaks of an entity."""

    span: TextSpan
    entity: Entity
