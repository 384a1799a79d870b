"""Certificates for a cluster's TLS listener: an authority and a broker certificate, made at once.

Made with the JDK's own keytool, so that a machine that can run the broker can make them too.
"""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.real_kafka.jars import java_program

_DAYS = "30"


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificates:
    """The files of a TLS listener and of its clients."""

    keystore: Path
    """The broker's key and certificate, PKCS12."""

    authority: Path
    """The authority's certificate, PEM: what a client must trust."""


def make_certificates(directory: Path, password: str) -> Certificates:
    """Make an authority and, signed by it, a certificate for 127.0.0.1 and localhost."""
    authority_store = directory / "authority.p12"
    made = Certificates(keystore=directory / "broker.p12", authority=directory / "authority.pem")
    _keytool(
        authority_store,
        password,
        *("-genkeypair", "-alias", "authority", "-dname", "CN=News Monitor test authority"),
        *("-keyalg", "EC", "-groupname", "secp256r1", "-validity", _DAYS),
        *("-ext", "bc:critical=ca:true", "-ext", "ku:critical=keyCertSign"),
    )
    _keytool(
        authority_store,
        password,
        *("-exportcert", "-rfc", "-alias", "authority", "-file", str(made.authority)),
    )
    # The broker's key lies in a copy of the store: keytool signs only within one store.
    made.keystore.write_bytes(authority_store.read_bytes())
    _keytool(
        made.keystore,
        password,
        *("-genkeypair", "-alias", "broker", "-dname", "CN=localhost", "-signer", "authority"),
        *("-keyalg", "EC", "-groupname", "secp256r1", "-validity", _DAYS),
        *("-ext", "san=ip:127.0.0.1,dns:localhost"),
    )
    _keytool(made.keystore, password, "-delete", "-alias", "authority")
    return made


def _keytool(store: Path, password: str, *arguments: str) -> None:
    command = [java_program("keytool"), "-J-XX:TieredStopAtLevel=1", *arguments]
    command += ["-storetype", "PKCS12", "-keystore", str(store), "-storepass", password]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        message = f"keytool {arguments[0]} failed: {done.stdout}{done.stderr}"
        raise RuntimeError(message)
