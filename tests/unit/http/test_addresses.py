import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.http.addresses import is_public, parse_address

# One per block, and both ends of those whose ends are easily wrong.
CLOSED = (
    "0.0.0.0",
    "0.255.255.255",
    "10.1.2.3",
    "100.64.0.0",
    "100.127.255.255",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.1",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.0.10",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.255.255",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "1fff::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:1ff::1",
    "2001:db8::1",
    "2002:808:808::1",
    "3ffe::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:a00:1",
)
OPEN = (
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
)


@pytest.mark.parametrize("text", CLOSED)
def test_address_of_the_inside_is_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OPEN)
def test_address_of_the_internet_is_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text", ["127.1", "0177.0.0.1", "0x7f000001", "2130706433", "localhost", "", "１.1.1.1"]
)
def test_other_ways_to_write_a_number_are_no_address(text):
    assert parse_address(text) is None


@given(st.ip_addresses(v=4))
def test_no_form_that_carries_an_ipv4_address_is_public(inner):
    for prefix in ("::", "::ffff:", "64:ff9b::", "64:ff9b:1::"):
        assert not is_public(ipaddress.ip_address(f"{prefix}{inner}"))
    sixtofour = ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80))
    isatap = ipaddress.IPv6Address((0x2606_4700 << 96) | (0x5EFE << 32) | int(inner))
    assert not is_public(sixtofour)
    assert not is_public(isatap)


@given(st.ip_addresses())
def test_public_is_never_wider_than_the_standard_librarys_global(address):
    assert address.is_global or not is_public(address)
