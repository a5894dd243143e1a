"""Say which addresses belong to the public internet; everything else is somebody's inside.

`ipaddress.is_global` alone is no guard: on Python 3.11 it calls IPv4-compatible, NAT64, 6to4 and site-local
forms, multicast, and the metadata services of two clouds global, and its answer changes between releases.
So IPv6 is allowed from the one block that is handed out (2000::/3) without any form that carries an IPv4
address inside, IPv4 without the special-purpose registry, and `is_global` may only make this stricter.
"""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# IANA's special-purpose registry (RFC 6890 and its updates), multicast, and one cloud's own invention.
_CLOSED_IPV4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers; Alibaba's metadata service is 100.100.100.200
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform service, in the middle of public space
        "169.254.0.0/16",  # link-local: the metadata service of nearly every cloud
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata service is 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # the retired 6to4 relay
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_OPEN_IPV6 = ipaddress.IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(
    ipaddress.IPv6Network(net)
    for net in (
        "2001::/23",  # protocol assignments: Teredo (which carries IPv4), ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries an IPv4 address
        "3ffe::/16",  # the retired 6bone
        "3fff::/20",  # documentation (RFC 9637)
    )
)
# RFC 5214 section 6.1: an interface identifier of this form carries an IPv4 address in its last 32 bits.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


def parse_address(text: str) -> Address | None:
    """Read an address in its standard notation; None for a name or any other way to write a number."""
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Tell whether an address is one that anybody on the internet could reach."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in net for net in _CLOSED_IPV4)
    if address not in _OPEN_IPV6 or any(address in net for net in _CLOSED_IPV6):
        return False
    return address.is_global and (int(address) >> 32) & 0xFFFFFFFF not in _ISATAP
