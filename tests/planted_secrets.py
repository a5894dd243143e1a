"""What an operator who follows everything has to keep secret, planted where it stands in real set-ups."""

from tests.loopback_http import LoopbackServer

PASSWORD, ICS, QUERY, MONITOR = "c4n4ryp4ssword", "private-0c4n4ry0", "c4n4ryquery", "c4n4rymonitor"


def community_with_secrets(web: LoopbackServer, *, guild: int, mail_port: int) -> str:
    """Write a community.toml of a page, a calendar and a mailbox whose addresses or keys are secret."""
    return f"""
[[guild]]
id = {guild}
[[guild.faq]]
url = "{web.url(f"/faq.md?token={QUERY}")}"
[[guild.calendar]]
url = "{web.url(f"/calendar/ical/x/{ICS}/basic.ics")}"
name = "Calls"
channel = 71
[[guild.mailbox]]
name = "box"
host = "127.0.0.1"
port = {mail_port}
user = "bot"
security = "none"
password = "SECRET_BOX"
[[guild.list]]
url = "imap:box"
name = "dev"
channel = 72
private = true
"""
