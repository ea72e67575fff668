"""IP addresses: which of them are on the public internet, and which are one visitor.

Sources: the IANA special-purpose address registries (RFC 6890),
https://www.iana.org/assignments/iana-ipv4-special-registry and
https://www.iana.org/assignments/iana-ipv6-special-registry. They are listed here because Python's
own `is_global` differs from one version to the next.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_SPECIAL_IPV4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local, where clouds keep their metadata
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays, once
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

_GLOBAL_UNICAST = ip_network("2000::/3")
"""All that IANA has given out. Outside of it lie loopback, unique local and link-local addresses,
`100::/64`, `5f00::/16`, `64:ff9b::/96` and all others that stand for IPv4 ones."""

_SPECIAL_IPV6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, ORCHID and others
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which stands for an IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the 6bone, returned
        "3fff::/20",  # documentation
    )
)

_ONE_VISITOR_IPV6 = 64
"""Bits: the smallest network that one household or office is given (RFC 6177, RFC 7934)."""


def is_public(text: str) -> bool:
    """Return whether `text` is the address of one host on the public internet.

    False for addresses that stand for others, such as NAT64 and 6to4, because that depends on the
    network to which they lead, and for anything that is not an address.
    """
    address = _parsed(text)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_IPV4)
    if isinstance(address, IPv6Address):
        special = any(address in network for network in _SPECIAL_IPV6)
        return address in _GLOBAL_UNICAST and not special
    return False


def visitor_of(text: str) -> str:
    """Return the key under which requests from an address are counted.

    An IPv4 address counts by itself. IPv6 counts by its /64 network, because whoever has one
    address of it has them all. Anything that is not an address is returned as it is.
    """
    address = _parsed(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _ONE_VISITOR_IPV6), strict=False))
    return str(address) if address else text


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """Parse an address. IPv4 written as IPv6 (`::ffff:192.0.2.1`) becomes IPv4."""
    try:
        address = ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address
