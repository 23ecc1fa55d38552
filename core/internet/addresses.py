"""Tells public internet addresses from internal ones."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether a numeric address, and the IPv4 address that an IPv6 one may carry, is anybody's to call."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast for one in (parsed, *_carried(parsed)))


def _carried(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """Addresses that a gateway would send the packets on to."""
    if isinstance(address, IPv4Address):
        return []
    teredo = address.teredo or ()
    translated = [IPv4Address(int(address) & 0xFFFFFFFF)] if address in NAT64 else []
    return [one for one in (address.ipv4_mapped, address.sixtofour, *teredo, *translated) if one is not None]
