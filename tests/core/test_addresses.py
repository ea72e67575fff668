"""Which addresses are public, and which are one visitor."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.addresses import is_public, visitor_of

SPECIAL = """
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.8.9.10 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.1 192.0.0.8 192.0.0.9 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.1.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 ::ffff:0:8.8.8.8
64:ff9b::8.8.8.8 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:1::1 2001:2::1
2001:3::1 2001:4:112::1 2001:10::1 2001:20::1 2001:30::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1
2620:4f:8000::1 3ffe::1 3fff::1 3fff:fff:ffff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1
fe80::1%eth0 fec0::1 ff02::1
"""

PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1
192.88.98.1 198.17.255.255 198.20.0.1 223.255.255.255 ::ffff:8.8.8.8 2001:200::1 2606:4700::1111
2a00:1450:4009::1 2003::1 3ffd::1 3fff:1000::1
"""


@pytest.mark.parametrize("address", SPECIAL.split())
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_others_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "1.2.3", "0x7f.1", "2130706433", "1.2.3.4.5"])
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@given(st.ip_addresses())
def test_nothing_is_public_that_python_knows_as_private(address: IPv4Address | IPv6Address) -> None:
    if is_public(str(address)):
        assert not (address.is_private or address.is_loopback or address.is_multicast)


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_all_addresses_of_a_64_are_one_visitor(address: IPv6Address, host: int) -> None:
    network = int(address) >> 64
    neighbour = IPv6Address(network << 64 | host)
    if not (address.ipv4_mapped or neighbour.ipv4_mapped):
        assert visitor_of(str(address)) == visitor_of(str(neighbour))
        other = IPv6Address((network ^ 1) << 64 | host)
        assert other.ipv4_mapped or visitor_of(str(other)) != visitor_of(str(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_one_visitor_however_it_is_written(address: IPv4Address) -> None:
    assert visitor_of(str(address)) == visitor_of(f"::ffff:{address}") == str(address)
    assert visitor_of(str(address)) != visitor_of(str(ip_address(int(address) ^ 1)))


def test_what_is_no_address_stands_for_itself() -> None:
    assert visitor_of("unix:") == "unix:"
    assert visitor_of("fe80::1%eth0") == visitor_of("fe80::2")
