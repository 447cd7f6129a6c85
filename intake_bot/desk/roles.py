"""Who may do what at the desk. The controller decides what has legal effect against a person; the DPO advises.

GDPR art. 38(6): the DPO shall not also decide the means and the answer.
"""

from enum import StrEnum

from intake_bot.cases import names


class Role(StrEnum):
    """What a person is at the desk."""

    DPO = "dpo"
    DEPUTY = "deputy"  # as the DPO, in the DPO's absence
    CONTROLLER = "controller"  # decides refusals, fees and extensions
    AGENT = "agent"  # works on cases, sees no identity document
    MANAGEMENT = "management"  # figures only


class Permission(StrEnum):
    """One thing that a role may do."""

    FIGURES = "figures"  # counts and charts, no personal data
    CASES = "cases"  # read cases, mails and letters
    IDENTITY = "identity"  # attachments and originals, which may hold identity documents
    WORK = "work"  # record searches, actions, recipients, notes
    REVIEW = "review"  # confirm, correct, not a request, link
    LETTERS = "letters"  # approve, edit, reject what goes to a person
    DECIDE = "decide"  # refuse, charge, extend
    EXPORT = "export"  # register and evidence packs
    ACCOUNT = "account"  # one's own settings


_ALL = frozenset(Permission)
_OFFICER = _ALL - {Permission.DECIDE}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.DPO: _OFFICER,
    Role.DEPUTY: _OFFICER,
    Role.CONTROLLER: frozenset(
        {
            Permission.FIGURES, Permission.CASES, Permission.IDENTITY, Permission.LETTERS, Permission.DECIDE,
            Permission.EXPORT, Permission.ACCOUNT,
        }
    ),
    Role.AGENT: frozenset({Permission.FIGURES, Permission.CASES, Permission.WORK, Permission.ACCOUNT}),
    Role.MANAGEMENT: frozenset({Permission.FIGURES, Permission.ACCOUNT}),
}  # fmt: skip

NAMES: dict[Role, tuple[str, str]] = {role: names.ROLES[role] for role in Role}


def may(role: str, permission: Permission) -> bool:
    """Whether a role has a permission; an unknown role has none."""
    return role in set(Role) and permission in GRANTS[Role(role)]
