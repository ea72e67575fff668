"""Handing e-mails to a real mail server: encryption, log-in, refusals."""

from __future__ import annotations

import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from ivr.adapters.mail.smtp import MailServer, mail_server, mail_session, send
from ivr.errors import DeliveryError, DeliveryRefused, SettingsError
from tests.services.deliveries.mail_server import Mailbox, ServeMail, unused_port


def mail() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "tango@x.example", "ian@x.example", "Message"
    made.set_content("Ring back, please.")
    return made


def only_password(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
) -> AuthResult:
    """Lets in `post/office` with the password `p@ss:word`."""
    assert isinstance(data, LoginPassword)
    right = (data.login, data.password) == (b"post/office", b"p@ss:word")
    return AuthResult(success=right, handled=False)


@pytest.fixture
def server_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The encryption of a server for 127.0.0.1 whose issuer this process trusts."""
    issuer = trustme.CA()
    issuer.cert_pem.write_to_path(tmp_path / "issuer.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "issuer.pem"))
    return tls_by(issuer)


def tls_by(issuer: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issuer.issue_cert("127.0.0.1").configure_cert(context)
    return context


def hand_over(url: str) -> None:
    with mail_session(mail_server(url)) as client:
        send(client, mail())


def test_a_plain_server_takes_the_email(mailbox: Mailbox, serve_mail: ServeMail) -> None:
    hand_over(f"smtp://127.0.0.1:{serve_mail()}")
    (got,) = mailbox.mails
    assert got.get_content().strip() == "Ring back, please."
    assert mailbox.envelopes[0].rcpt_tos == ["ian@x.example"]


def test_encryption_is_used_where_it_is_offered_and_the_password_goes_through_it(
    mailbox: Mailbox, serve_mail: ServeMail, server_tls: ssl.SSLContext
) -> None:
    port = serve_mail(
        tls_context=server_tls,
        require_starttls=True,
        auth_required=True,
        authenticator=only_password,
    )
    hand_over(f"smtp://post%2Foffice:p%40ss%3Aword@127.0.0.1:{port}")
    assert len(mailbox.mails) == 1


def test_a_wrong_password_is_a_failure_that_does_not_repeat_it(
    mailbox: Mailbox, serve_mail: ServeMail, server_tls: ssl.SSLContext
) -> None:
    port = serve_mail(tls_context=server_tls, auth_required=True, authenticator=only_password)
    with pytest.raises(DeliveryError, match="535") as caught:
        hand_over(f"smtp://post:hunter2@127.0.0.1:{port}")
    assert "hunter2" not in str(caught.value)
    assert mailbox.mails == []


def test_a_password_is_never_sent_unencrypted(mailbox: Mailbox, serve_mail: ServeMail) -> None:
    port = serve_mail(auth_require_tls=False, authenticator=only_password)
    with pytest.raises(DeliveryError, match="no password was sent"):
        hand_over(f"smtp://post%2Foffice:p%40ss%3Aword@127.0.0.1:{port}")


def test_a_certificate_that_nobody_trusts_is_refused(
    mailbox: Mailbox, serve_mail: ServeMail, server_tls: ssl.SSLContext
) -> None:
    port = serve_mail(tls_context=tls_by(trustme.CA()))
    with pytest.raises(DeliveryError, match="certificate verify failed"):
        hand_over(f"smtp://127.0.0.1:{port}")
    assert mailbox.mails == []


def test_a_server_that_is_down_is_a_failure() -> None:
    port = unused_port()
    with pytest.raises(DeliveryError, match=rf"127\.0\.0\.1:{port}.*refused"):
        hand_over(f"smtp://127.0.0.1:{port}")


def test_a_recipient_refused_for_good_is_told_from_one_refused_for_now(
    mailbox: Mailbox, serve_mail: ServeMail
) -> None:
    url = f"smtp://127.0.0.1:{serve_mail()}"
    mailbox.on_recipient = "550 5.1.1 no such user"
    with pytest.raises(DeliveryRefused, match=r"550 5\.1\.1 no such user"):
        hand_over(url)
    mailbox.on_recipient = "450 4.2.0 greylisted, come back"
    with pytest.raises(DeliveryError, match=r"450 4\.2\.0 greylisted") as caught:
        hand_over(url)
    assert not isinstance(caught.value, DeliveryRefused)


def test_an_email_that_the_server_does_not_take_may_be_taken_later(
    mailbox: Mailbox, serve_mail: ServeMail
) -> None:
    mailbox.on_data = "554 5.7.1 the filter is in a bad mood"
    with pytest.raises(DeliveryError, match=r"554 5\.7\.1") as caught:
        hand_over(f"smtp://127.0.0.1:{serve_mail()}")
    assert not isinstance(caught.value, DeliveryRefused)


def test_addresses_of_mail_servers_are_understood() -> None:
    assert mail_server("smtp://mail.example") == MailServer("mail.example", 587, tls=False)
    assert mail_server("smtps://mail.example") == MailServer("mail.example", 465, tls=True)
    full = mail_server("smtps://me%40x:p%2Fw@mail.example:2465")
    assert full == MailServer("mail.example", 2465, tls=True, user="me@x", password="p/w")


def test_a_password_is_not_in_what_is_printed_of_a_server() -> None:
    assert "s3cret" not in repr(mail_server("smtp://me:s3cret@mail.example"))


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://me:s3cret@mail:port", ""]
)
def test_other_addresses_are_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(SettingsError, match="IVR_SMTP_URL") as caught:
        mail_server(url)
    assert "s3cret" not in str(caught.value)
