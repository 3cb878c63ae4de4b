"""The rights of a role: one visible table.

Source: pim: src/Akeneo/**/Resources/config/acl.yml (names), 403 texts: see `rest.operation`.
"""

from __future__ import annotations

from difflib import get_close_matches

OVERALL = "pim_api_overall_access"

ACLS: tuple[str, ...] = (
    OVERALL,
    "pim_api_product_list",
    "pim_api_product_edit",
    "pim_api_product_remove",
    "pim_api_category_list",
    "pim_api_category_edit",
    "pim_api_family_list",
    "pim_api_family_edit",
    "pim_api_family_variant_list",
    "pim_api_family_variant_edit",
    "pim_api_attribute_list",
    "pim_api_attribute_edit",
    "pim_api_attribute_option_list",
    "pim_api_attribute_option_edit",
    "pim_api_attribute_group_list",
    "pim_api_attribute_group_edit",
    "pim_api_association_type_list",
    "pim_api_association_type_edit",
    "pim_api_channel_list",
    "pim_api_channel_edit",
    "pim_api_locale_list",
    "pim_api_currency_list",
)


def role_with(role: frozenset[str], changes: object) -> frozenset[str]:
    """The rights of `role` after `{"pim_api_product_edit": false, …}`. Raises `ValueError` with what to write."""
    if not isinstance(changes, dict):
        raise ValueError('"role" is an object of rights: {"pim_api_product_edit": false}')
    granted = set(role)
    for name, allowed in changes.items():
        if name not in ACLS:
            near = get_close_matches(name, ACLS, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(ACLS)}"
            raise ValueError(f'unknown right "{name}": {hint}')
        if not isinstance(allowed, bool):
            raise ValueError(f'the right "{name}" is true or false')
        granted.add(name) if allowed else granted.discard(name)
    return frozenset(granted)
