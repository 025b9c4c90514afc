"""What an HCL parser reads in the Terraform modules; and Terraform itself, where it is."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dns.rdata
import pytest
from dns.rdtypes.ANY.TXT import TXT
from dns_samples import PLAIN_TEXTS, SAMPLES, WILD_TEXTS, Read, expected, sample
from hypothesis import given
from hypothesis import strategies as st

from mailctl.dns.formats import hcl
from mailctl.dns.formats.terraform_cloudflare import cloudflare_tf
from mailctl.dns.formats.terraform_route53 import route53_tf
from mailctl.dns.formats.zone import Zone, by_zone
from mailctl.dns.record import Record

hcl2 = pytest.importorskip("hcl2", reason="python-hcl2 is a development dependency")

Write = Callable[[tuple[Zone, ...]], str]
WRITERS: tuple[Write, ...] = (cloudflare_tf, route53_tf)

_ESCAPE = re.compile(
    r'\\(?P<code>u[0-9a-f]{4}|U[0-9a-f]{8}|["\\])|(?P<double>\$\$|%%)(?=\{)|(?P<bare>[$%]\{)'
)


def _meant(raw: str) -> str:
    """The text of a quoted template; the parser hands it over with its quotes and escapes."""

    def plain(match: re.Match[str]) -> str:
        assert not match["bare"], f"an interpolation in {raw}"
        if match["double"]:
            return match["double"][0]
        code = match["code"]
        return chr(int(code[1:], 16)) if len(code) > 1 else code

    assert raw[0] == raw[-1] == '"', raw
    return _ESCAPE.sub(plain, raw[1:-1])


def _resources(text: str, kind: str) -> dict[str, dict[str, Any]]:
    """Every resource by its name; no name twice."""
    found: dict[str, dict[str, Any]] = {}
    for block in hcl2.loads(text)["resource"]:
        ((quoted_kind, named),) = block.items()
        assert _meant(quoted_kind) == kind
        ((label, body),) = named.items()
        assert label not in found
        found[_meant(label)] = body
    return found


def _txt(presented: str) -> str:
    rdata = dns.rdata.from_text("IN", "TXT", presented)
    assert isinstance(rdata, TXT)
    assert all(len(part) == 255 for part in rdata.strings[:-1])
    return b"".join(rdata.strings).decode()


def _cloudflare(text: str) -> Iterator[tuple[str, str, int, str]]:
    for body in _resources(text, "cloudflare_dns_record").values():
        kind = _meant(body["type"])
        yield _meant(body["name"]), kind, body["ttl"], _cloudflare_data(kind, body)


def _cloudflare_data(kind: str, body: dict[str, Any]) -> str:
    data = body.get("data", {})
    match kind:
        case "TXT":
            return _txt(_meant(body["content"]))
        case "MX":
            return f"{body['priority']} {_absolute(body['content'])}"
        case "CNAME" | "PTR":
            return _absolute(body["content"])
        case "SRV":
            numbers = f"{data['priority']} {data['weight']} {data['port']}"
            return f"{numbers} {_absolute(data['target'])}"
        case "TLSA":
            numbers = f"{data['usage']} {data['selector']} {data['matching_type']}"
            return f"{numbers} {_meant(data['certificate'])}"
        case "CAA":
            return f'{data["flags"]} {_meant(data["tag"])} "{_meant(data["value"])}"'
    return _meant(body["content"])


def _absolute(raw: str) -> str:
    name = _meant(raw)
    return name if name == "." else f"{name}."


def _route53(text: str) -> Iterator[tuple[str, str, int, str]]:
    for body in _resources(text, "aws_route53_record").values():
        kind = _meant(body["type"])
        for value in map(_meant, body["records"]):
            data = _route53_txt(value) if kind == "TXT" else value
            yield _meant(body["name"]), kind, body["ttl"], data


def _route53_txt(value: str) -> str:
    """As the provider sends it, between quotes; escapes are octal there, decimal in zone files."""
    octal = re.compile(r'\\([0-7]{3}|["\\])')
    presented = octal.sub(
        lambda m: f"\\{int(m[1], 8):03d}" if len(m[1]) == 3 else m[0], f'"{value}"'
    )
    return _txt(presented)


@pytest.mark.parametrize("name", SAMPLES)
def test_cloudflare_gets_exactly_the_records(name: str) -> None:
    found: Read = set(_cloudflare(cloudflare_tf(by_zone(sample(name)))))
    assert found == expected(sample(name))


@pytest.mark.parametrize("name", SAMPLES)
def test_route_53_gets_exactly_the_records(name: str) -> None:
    found: Read = set(_route53(route53_tf(by_zone(sample(name)))))
    assert found == expected(sample(name))


def test_route_53_gets_one_resource_for_each_name_and_type() -> None:
    records = sample("hostile")
    found = _resources(route53_tf(by_zone(records)), "aws_route53_record")
    assert len(found) == len({(r.name, r.type) for r in records})


def test_route_53_joins_strings_and_writes_octal() -> None:
    record = Record("a.example.org", "TXT", "x" * 255 + "ü", "example.org")
    (body,) = _resources(route53_tf(by_zone((record,))), "aws_route53_record").values()
    assert _meant(body["records"][0]) == "x" * 255 + '""' + r"\303\274"


@pytest.mark.parametrize("write", WRITERS)
def test_zones_of_others_need_their_id_and_own_zones_always(write: Write) -> None:
    resources = hcl2.loads(write(by_zone(sample("office"))))["resource"]
    bodies = [body for block in resources for named in block.values() for body in named.values()]
    assert {"count" in body for body in bodies} == {True, False}
    for body in bodies:
        assert ("count" in body) == (".arpa" in body["name"])
        zone = re.fullmatch(r'\$\{var\.zone_ids\["(.+)"\]\}', body["zone_id"])
        assert zone
        assert _meant(body["name"]).endswith(zone[1])


@pytest.mark.parametrize("write", WRITERS)
def test_other_records_do_not_rename_a_resource(write: Write) -> None:
    def labels(records: tuple[Record, ...]) -> list[str]:
        return re.findall('^resource "[a-z0-9_]+" "(.+)"', write(by_zone(records)), re.MULTILINE)

    records = sample("office")
    together = labels(records)
    assert all(re.fullmatch("[a-z][a-z0-9_]+", label) for label in together)
    assert labels(tuple(reversed(records))) == together
    for record in records:
        (label,) = labels((record,))
        assert label in together


def test_a_changed_spf_record_is_changed_in_place() -> None:
    def label(text: str) -> str:
        record = Record("example.org", "TXT", text, "example.org")
        (found,) = _resources(cloudflare_tf(by_zone((record,))), "cloudflare_dns_record")
        return found

    assert label("v=spf1 mx -all") == label("v=spf1 a mx -all")
    assert label("v=spf1 mx -all") != label("google-site-verification=1")


def test_no_mail_host_stands_behind_the_web_proxy() -> None:
    found = _resources(cloudflare_tf(by_zone(sample("hostile"))), "cloudflare_dns_record")
    for body in found.values():
        proxiable = _meant(body["type"]) in {"A", "AAAA", "CNAME"}
        assert body.get("proxied") == (False if proxiable else None)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_one_string_of_printable_ascii(text: str) -> None:
    written = hcl.string(text)
    assert written.isascii()
    assert written.isprintable()
    assert _meant(written) == text


def _terraform(*arguments: str, folder: Path, stdin: str = "") -> str:
    if shutil.which("terraform") is None:
        pytest.skip("terraform is not here")
    environment = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": "/dev/null"}
    done = subprocess.run(
        ["terraform", *arguments],
        cwd=folder,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", **environment},
        check=True,
        capture_output=True,
        text=True,
        input=stdin,
    )
    return done.stdout


@pytest.mark.parametrize("write", WRITERS)
def test_terraform_has_nothing_to_lay_out_anew(tmp_path: Path, write: Write) -> None:
    (tmp_path / "main.tf").write_text(write(by_zone(sample("hostile"))))
    assert _terraform("fmt", "-check", "-list=true", folder=tmp_path) == ""


def test_terraform_reads_the_strings_that_we_mean(tmp_path: Path) -> None:
    unclosed = ["x ${", "%{", "$$${", "%%%{"]  # which python-hcl2 cannot read
    texts = [*PLAIN_TEXTS, *WILD_TEXTS, *unclosed]
    values = ", ".join(map(hcl.string, texts))
    (tmp_path / "main.tf").write_text(f"locals {{\n  texts = [{values}]\n}}\n")
    shown = _terraform("console", folder=tmp_path, stdin="base64encode(jsonencode(local.texts))\n")
    assert json.loads(base64.b64decode(json.loads(shown))) == texts
