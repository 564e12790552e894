import json
import smtplib
import subprocess
import sys
from pathlib import Path

from tests.fakes.smtp import Fault, Mailbox, serving

LETTER = b"Message-ID: <one@example.org>\r\n\r\nPapers.\r\n"


def test_it_serves_as_a_process_of_its_own_and_writes_down_what_it_took(tmp_path: Path) -> None:
    log = tmp_path / "letters.jsonl"
    command = [sys.executable, "-m", "tests.fakes.smtp", "--port", "0", "--log", str(log)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            printed = dict(pair.split("=") for pair in process.stdout.readline().split())
            with smtplib.SMTP("127.0.0.1", int(printed["PAPERBOY_EMAIL_PORT"]), timeout=10) as smtp:
                smtp.sendmail("a@example.org", ["b@example.org"], LETTER)
        finally:
            process.terminate()
        assert process.wait(10) == 0
    (line,) = map(json.loads, log.read_text("utf-8").splitlines())
    assert (line["message_id"], line["to"]) == ("<one@example.org>", ["b@example.org"])


def test_a_fault_waits_for_its_step_and_comes_once() -> None:
    with serving(Mailbox()) as mailbox:
        mailbox.script(Fault("end", "451 4.3.0 later"), Fault("rcpt", "550 5.1.1 nobody"))
        answers = []
        for _ in range(3):
            with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as smtp:
                try:
                    smtp.sendmail("a@example.org", ["b@example.org"], LETTER)
                    answers.append(250)
                except smtplib.SMTPResponseException as error:
                    answers.append(error.smtp_code)
                except smtplib.SMTPRecipientsRefused as error:
                    answers.append(error.recipients["b@example.org"][0])
        assert answers == [451, 550, 250]
        assert mailbox.counted == {"<one@example.org>": 1}
