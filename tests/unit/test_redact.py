"""Secrets never get through, ordinary text always does, and both in linear time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ccrouter_core import errors, files, models, redact
from ccrouter_core.errors import UsageError
from ccrouter_core.redact import find_secrets
from ccrouter_core.redact import redact as redacted

B64 = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0UvWxYz"
HEX = "0123456789abcdef" * 4
PEM = "-----BEGIN {0}-----\n" + ("A" * 64 + "\n") * 3 + "abc=\n-----END {0}-----"

# Kind and a secret of that kind that needs no context. Put together here so that no scanner takes them for real.
BARE = [
    ("private_key", PEM.format("RSA PRIVATE KEY")),
    ("private_key", PEM.format("OPENSSH PRIVATE KEY").replace("\n", "\\n")),
    ("private_key", PEM.format("PGP PRIVATE KEY BLOCK")),
    ("private_key", "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n" + "B" * 20),
    ("age_key", "AGE-SECRET-KEY-1" + "Q" * 58),
    ("anthropic_key", "sk-" + "ant-api03-abcDEF_123-xyz"),
    ("openai_key", "sk-" + "proj-" + B64),
    ("openai_key", "sk-" + B64),
    ("stripe_key", "sk_" + "live_" + B64),
    ("stripe_webhook", "whsec_" + B64),
    ("github_token", "gh" + "p_" + B64),
    ("github_token", "gh" + "s_" + B64),
    ("github_pat", "github_" + "pat_" + B64),
    ("gitlab_token", "gl" + "pat-" + B64),
    ("aws_key_id", "AK" + "IAIOSFODNN7EXAMPLE"),
    ("aws_key_id", "AS" + "IAIOSFODNN7EXAMPLE"),
    ("slack_token", "xox" + "b-123456789012-abcdef"),
    ("jwt", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"),
    ("google_api_key", "AIza" + B64[:35]),
    ("google_oauth", "ya29." + B64),
    ("npm_token", "npm_" + B64),
    ("pypi_token", "pypi-" + B64 * 2),
    ("rubygems_token", "rubygems_" + HEX[:48]),
    ("sendgrid_key", "SG." + B64[:22] + "." + B64),
    ("twilio_key", "SK" + HEX[:32]),
    ("mailgun_key", "key-" + HEX[:32]),
    ("azure_secret", "abc8Q~" + B64),
    ("huggingface_token", "hf_" + B64),
    ("digitalocean_token", "dop_v1_" + HEX),
    ("shopify_token", "shpat_" + HEX[:32]),
    ("telegram_token", "123456789:AA" + B64),
    ("databricks_token", "dapi" + HEX[:32]),
    ("docker_token", "dckr_" + "pat_" + B64),
    ("vault_token", "hvs." + B64),
    ("terraform_token", B64[:14] + ".atlasv1." + B64 * 2),
    ("atlassian_token", "ATATT3" + B64),
    ("grafana_token", "glsa_" + B64),
    ("postman_key", "PMAK-" + HEX[:40]),
    ("linear_key", "lin_api_" + B64),
    ("notion_token", "ntn_" + B64 * 2),
    ("newrelic_key", "NRAK-" + "ABCDEFGH1234567890ABCDEFGH1"),
    ("model_service_key", "gsk_" + B64),
    ("email", "jo.doe+x@sub.example.org"),
]

# Text before, the secret, text after, the kind.
IN_CONTEXT = [
    ("postgres://", "admin:s3cret", "@db.example.com:5432/x", "url_credentials"),
    ("https://", ":s3cret", "@example.com", "url_credentials"),
    ("redis://", "u:p@ss$w{0}rd", "@h:6379/0", "url_credentials"),
    ("https://", "deploy-0123456789abcdef", "@git.example.org/x", "url_token"),
    ("postgresql://h/db?user=u&password=", "secretpw", "&x=1", "password"),
    ("https://hooks.slack.com/services/", "T00000000/B00000000/" + B64[:24], "", "slack_webhook"),
    ("https://discord.com/api/webhooks/", "123456789/" + B64, "", "discord_webhook"),
    ("AccountName=x;AccountKey=", B64 + B64 + "==", ";Endpoint=y", "azure_key"),
    ("https://x.blob.core.windows.net/a?sv=1&sig=", "Ab1%2FCd2Ef3Gh4Ij5Kl6%3D", "&se=2", "azure_signature"),
    ("Authorization: Bearer ", "abcdef123456", "", "authorization"),
    ("Authorization: Basic ", "dXNlcjpwYXNz", "\nAccept: */*", "authorization"),
    ('curl -H "authorization: token ', "abc123def456", '" x', "authorization"),
    ("send it with bearer ", "abcdef123456", " please", "authorization"),
    ("Cookie: ", "sid=abc123def; theme=dark", "\n", "cookie"),
    ("password=", "hunter2", "", "password"),
    ("DB_PASSWORD=", "correcthorse", "\n", "password"),
    ('"db_password": "', "hunter", '",', "password"),
    ('password: str = "', "hunter2", '"', "password"),
    ('config["password"] = "', "topsecret", '"', "password"),
    ("<password>", "hunter2", "</password>", "password"),
    ("deploy --password ", "hunter2", " now", "password"),
    ("machine x login bob password ", "y0lo!", "", "password"),
    ("my password is ", "hunter2", " as before", "password"),
    ("my password is ", "correcthorse", ", log in", "password"),
    ("Password: ", "correcthorse", "\n", "password"),
    ("the token is ", "abcdefgh", "", "token"),
    ('{\\"password\\": \\"', "hunter2", '\\"}', "password"),
    ('api_key = "', "abcdef123456", '"', "api_key"),
    ("apiKey: '", "abcdef123456", "'", "api_key"),
    ("AWS_SECRET_ACCESS_KEY=", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "", "api_key"),
    ("secret: ", "s3cr3t", "\n", "secret"),
    ("?token=", "abc123def456", "&page=2", "token"),
    ("clientSecret=", "abc123def456", "", "secret"),
    ("the session key was ", "Zm9v8JmFyQmF6MTIzNDU2Nzg5MA", "", "high_entropy"),
]

ORDINARY = [
    "token = get_token()",
    "def login(user: str, password: str, token: Token) -> None: ...",
    'api_key = os.environ["API_KEY"]',
    "secret=None, max_tokens=4096, token: 128000",
    'password = input("Password: ")',
    "token: ${{ secrets.GITHUB_TOKEN }}",
    "PASSWORD=$DB_PASSWORD",
    "api_key=settings.api_key",
    'password_field = "password"',
    'sort_key="value12"; primary_key=True; monkey=banana12',
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "fix token in 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "key 550e8400-e29b-41d4-a716-446655440000",
    "git clone git@github.com:org/repo.git",
    "icon@2x.png, pkg@1.0.0-beta.rc, x@w.T, A@B.transpose(1), @app.route('/x')",
    '<div class="sk-loading-spinner-container">',
    "token: path/to/file2.py",
    "PWD=/home/x/y2",
    "the token is expired, the password is required",
    "the token is somewhere, the secret is sensitive, the password is forgotten",
    "password: boolean",
    "Bearer tokens are required here; Basic authentication is not",
    'if text.startswith("-----BEGIN RSA PRIVATE KEY-----"):\n    return abcdefghijklmnopqrstuvwxyzabcdefghijklmnop',
    PEM.format("CERTIFICATE"),
    "http://localhost:8080/@user, user@host:~/x",
    'key = "sk-..."; token=<your token>; password=********',
    '"password": "Enter your password"',
    'f"{user}:{password}@{host}", postgresql://{user}:{password}@{host}/db',
    "postgresql://user:${PASSWORD}@h/db, postgresql://user:$PASSWORD@h/db, http://a:%s@b, http://a:<password>@b",
    "ssh://git@host/x, https://example.org:8080/@scope/package@1.0",
    "authorization = AuthorizationServiceClient(x)",
    "hf_hub_download, npm_config_registry, task-123-risk-averse",
]


@pytest.mark.parametrize(("kind", "secret"), BARE)
@pytest.mark.parametrize("around", ["{}", "use {} now", "('{}')", "a\n{}\nb", '"{}",'])
def test_a_secret_with_a_known_form_is_found_anywhere(kind: str, secret: str, around: str) -> None:
    """The whole secret goes, under its name, and nothing around it."""
    assert redacted(around.format(secret)) == around.format(f"[redacted:{kind}]")


@pytest.mark.parametrize(("before", "secret", "after", "kind"), IN_CONTEXT)
def test_a_secret_known_by_its_context_is_found(before: str, secret: str, after: str, kind: str) -> None:
    """The value goes; the name and the rest stay readable."""
    text = before + secret + after
    assert redacted(text) == f"{before}[redacted:{kind}]{after}"
    assert find_secrets(text) == [(kind, len(before), len(before) + len(secret))]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_comes_back_as_it_is(text: str) -> None:
    """Code, paths, hashes, templates and placeholders are no secrets."""
    assert redacted(text) == text


@pytest.mark.parametrize("module", [errors, files, models, redact])
def test_source_code_comes_back_as_it_is(module: object) -> None:
    """Whole modules of this project hold no secret and lose no letter."""
    source = Path(str(vars(module)["__file__"])).read_text(encoding="utf-8")
    assert redacted(source) == source


def test_several_secrets_in_one_text_are_each_replaced() -> None:
    """Spans come in order, without overlap, the most telling name first."""
    token = "gh" + "p_" + B64
    text = f"token={token} for a@example.org; password=hunter2"
    assert (
        redacted(text) == "token=[redacted:github_token] for [redacted:email]; password=[redacted:password]"
    )


PARTS = st.one_of(
    st.sampled_from([secret for _, secret in BARE]),
    st.sampled_from([before + secret for before, secret, _, _ in IN_CONTEXT]),
    st.sampled_from(
        ["password", "token", "secret", "key", "api_key", "Bearer", "Cookie", "--token", "login x"]
    ),
    st.sampled_from(
        [
            ": ",
            "=",
            ' = "',
            '"',
            " ",
            "\n",
            ".",
            "-",
            "_",
            "@",
            "://",
            "/",
            "[",
            "]",
            "(",
            ":",
            "+",
            "~",
            "is",
        ]
    ),
    st.sampled_from(
        ["[redacted:password]", "[redacted:", "a", "B7", "x@y.zz", "-----BEGIN PRIVATE KEY-----", "İ"]
    ),
    st.text(alphabet="aB3-_./=+@:", max_size=12),
)


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(PARTS, max_size=10))
@example(parts=["AK" + "IAIOSFODNN7EXAMPLE", ".", "~", "abc8Q~" + B64])
def test_redacting_twice_changes_nothing(parts: list[str]) -> None:
    """What was redacted stays as it is, whatever stands side by side."""
    once = redacted("".join(parts))
    assert redacted(once) == once


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(PARTS, max_size=10))
def test_spans_are_ordered_and_rebuild_the_text(parts: list[str]) -> None:
    """Everything outside the spans survives, in order."""
    text = "".join(parts)
    secrets = find_secrets(text)
    ends = [0, *(end for _, _, end in secrets)]
    assert all(before <= start < end for before, (_, start, end) in zip(ends, secrets, strict=False))
    rebuilt = "".join(
        f"{text[a:start]}[redacted:{kind}]" for a, (kind, start, _) in zip(ends, secrets, strict=False)
    )
    assert redacted(text) == rebuilt + text[ends[-1] :]


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "eyJ",
            "eyJaaaaaaaaa.",
            "://a:b",
            "-----BEGIN PRIVATE KEY-----",
            "token=",
            "token ",
            "a@",
            "a@a.",
        ),
        *(
            "bearer ",
            "authorization=",
            "password:",
            'password="',
            "cookie: a=b;",
            "--token",
            "login a ",
            "key+",
        ),
        *(" ", "-", "sk-ant-", "-----BEGIN PRIVATE KEY-----\n" + "A" * 50 + "\n"),
    ],
)
def test_time_is_linear_in_the_worst_text(unit: str) -> None:
    """A hundred thousand characters of near-misses take well under two seconds on any machine."""
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    redacted(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize("password", ["secretpw", "p@ss", "pa/ss", "a?b#c", "$x", "", "[x]", "ü b"])
@pytest.mark.parametrize("rest", ["h/db", "h:5432/db?sslmode=require", "h/db?password=secretpw"])
def test_the_address_of_a_store_shows_no_password(password: str, rest: str) -> None:
    """Also where letters were not escaped as they should; host and database stay readable."""
    shown = redact.without_credentials(f"postgresql://user:{password}@{rest}")
    assert shown.startswith("postgresql://[redacted:url_credentials]@h")
    assert "secretpw" not in shown
    assert redact.without_credentials(shown) == shown


@pytest.mark.parametrize("address", ["sqlite:", "sqlite:/home/x", "memory:", "postgresql://h/db", ""])
def test_an_address_without_credentials_stays_as_it_is(address: str) -> None:
    """There is nothing to hide."""
    assert redact.without_credentials(address) == address


@pytest.mark.parametrize("value", [None, b"password=hunter2", 7])
def test_only_text_is_judged_and_never_shown(value: object) -> None:
    """The error names the type, not the value."""
    with pytest.raises(UsageError) as caught:
        redacted(value)  # type: ignore[arg-type]
    assert "hunter2" not in str(caught.value)
