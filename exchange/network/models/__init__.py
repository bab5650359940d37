"""The tables of this room, by subject; importing this makes their shape known."""

from exchange.network.models import (
    dates,
    figures,
    kept,
    ledger,
    members,
    partners,
    people,
    positions,
    reports,
    talk,
    vetted,
    vetting,
)

__all__ = [
    "dates",
    "figures",
    "kept",
    "ledger",
    "members",
    "partners",
    "people",
    "positions",
    "reports",
    "talk",
    "vetted",
    "vetting",
]
