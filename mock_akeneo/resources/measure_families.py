"""The former way to read measurement families: a list in pages, units as an array.

Source: pim: src/Akeneo/Tool/Bundle/MeasureBundle/back/src/Controller/ExternalApi/LegacyMeasureFamilyController.php
"""

from __future__ import annotations

from mock_akeneo.catalog.catalog import Catalog
from mock_akeneo.core.json_types import Json, dumps
from mock_akeneo.core.problems import NotFound
from mock_akeneo.rest.operation import ROOT, Operation
from mock_akeneo.rest.resource import Resource
from mock_akeneo.sandbox.call import Answer, Call, json_answer

PATH = f"{ROOT}/measure-families"


def shown(family: Json, pim: Catalog) -> Json:
    """Of two operations with the same operator only the second is left."""
    return {
        "code": family["code"],
        "standard": family["standard_unit_code"],
        "units": [
            {
                "code": unit["code"],
                "convert": {operation["operator"]: operation["value"] for operation in unit["convert_from_standard"]},
                "symbol": unit["symbol"],
            }
            for unit in family["units"].values()
        ],
    }


def get(call: Call) -> Answer:
    """The code of the answer is the one of the URL, whatever its letter case."""
    code = call.params[0]
    family = call.catalog.measurement_family(code)
    if family is None:
        raise NotFound(f'Measure family with code "{code}" does not exist.')
    call.entry.items = (family["code"],)
    return json_answer(dumps({**shown(family, call.catalog), "code": code}))


MEASURE_FAMILY = Resource(
    kind="measurement_family",
    plural="measure families",
    label="Measure family",
    endpoints=("list",),
    acl=None,
    route="legacy_pim_api_measure_family",
    shown=shown,
    extra=(
        Operation(
            name="measure_families.get",
            method="GET",
            path=f"{PATH}/{{code}}",
            respond=get,
            route="legacy_pim_api_measure_family_get",
        ),
    ),
)
