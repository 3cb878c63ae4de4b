"""The root of the API and the system information.

Source: pim: src/Akeneo/Tool/Bundle/ApiBundle/Controller/RootEndpointController.php,
src/Akeneo/Platform/Bundle/.../SystemInformation
"""

from __future__ import annotations

from collections.abc import Iterable

from mock_akeneo.core.clock import http_date
from mock_akeneo.core.headers import EXPIRES, OF_ROOT
from mock_akeneo.core.json_types import dumps
from mock_akeneo.core.versions import RELEASES
from mock_akeneo.rest import negotiation
from mock_akeneo.rest.gateway import TOKEN_PATH
from mock_akeneo.rest.operation import ROOT, Operation
from mock_akeneo.sandbox.call import Answer, Call, json_answer


def root(operations: Iterable[Operation]) -> Operation:
    """The one open route: lists the others by name."""
    routes = {
        operation.route: {"route": operation.template, "methods": [operation.method]}
        for operation in operations
        if operation.route
    }

    def respond(call: Call) -> Answer:
        if call.method == "GET":
            negotiation.check_accept(call.headers.get(b"accept"))
        authentication = {"fos_oauth_server_token": {"route": TOKEN_PATH, "methods": ["POST"]}}
        body = dumps({"host": call.base.decode("latin-1"), "authentication": authentication, "routes": routes})
        expires = http_date(call.sandbox.clock.now()).encode()
        return Answer(200, body, (*OF_ROOT, (EXPIRES, expires)))

    return Operation(name="root.get", method="GET", path=ROOT, respond=respond, public=True)


def system_information(call: Call) -> Answer:
    return json_answer(dumps(RELEASES[call.sandbox.pim_version]))


SYSTEM_INFORMATION = Operation(
    name="system_information.get",
    method="GET",
    path=f"{ROOT}/system-information",
    respond=system_information,
    route="pim_analytics_external_api_system_info_get",
)
