"""What the OpenAPI document promises, asked of the running service by requests that are made of it.

The seed is fixed: the same requests each time.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.security.besieged import Besieged

EXAMPLES = 15  # of each operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(besieged: Besieged) -> Any:
    with besieged.live.client() as client:
        described = client.get("/openapi.json").raise_for_status().json()
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=besieged.live.url)
    return schema


def test_each_operation_keeps_its_word(besieged: Besieged, document: Any) -> None:
    operations = [one.ok() for one in document.get_all_operations()]
    assert len(operations) > 20
    headers = {"Authorization": f"Bearer {besieged.live.token}"}
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def asked(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=CHECKS)

        asked()


@settings(max_examples=100, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(body=st.binary(max_size=60), path=st.sampled_from(["/alarms", "/complaints", "/commands", "/outages/affected"]))
def test_no_bytes_are_an_error_of_ours(besieged: Besieged, body: bytes, path: str) -> None:
    with besieged.live.client() as client:
        answer = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert answer.json()["error"]["reason"]
