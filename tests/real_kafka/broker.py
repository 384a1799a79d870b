"""One broker: its files, its Java process, and how that starts and ends."""

import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.real_kafka.configuration import LOGGING, BrokerAddress
from tests.real_kafka.errors import KafkaStartError
from tests.real_kafka.jars import jars_folder, java_program
from tests.real_kafka.leash import leashed

LOG_LINES = 40

_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_HEAP = ("-Xms128m", "-Xmx384m")

# Linux counts a parent as dead when the thread that started the child ends. This thread lives as
# long as the program, so a broker may be started from a thread that ends sooner.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-starter")


class Broker:
    """A broker of a cluster, running or not."""

    def __init__(self, address: BrokerAddress, directory: Path) -> None:
        """Take the folder that holds everything of this broker: settings, data and log."""
        self.address = address
        self.data = directory / "data"
        self.log = directory / "broker.log"
        self._directory = directory
        self._properties = directory / "server.properties"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_expected(self) -> bool:
        """Whether the process was started and nobody has ended it on purpose."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The number of the running process."""
        if self._process is None:
            message = f"broker {self.address.broker} is not running"
            raise RuntimeError(message)
        return self._process.pid

    def configure(self, properties: str) -> None:
        """Write the settings; they hold from the next start on."""
        self._directory.mkdir(parents=True, exist_ok=True)
        self._properties.write_text(properties, encoding="utf-8")
        (self._directory / "log4j2.properties").write_text(LOGGING, encoding="utf-8")

    def format(self, cluster_id: str, initial_controllers: str) -> None:
        """Prepare the data folder, as every new broker needs it once."""
        command = [
            *self._java("kafka.tools.StorageTool"),
            *("format", "--cluster-id", cluster_id, "--config", str(self._properties)),
            *("--initial-controllers", initial_controllers),
        ]
        with self.log.open("ab") as log:
            done = subprocess.run(
                command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        if done.returncode != 0:
            what = f"the storage of broker {self.address.broker} could not be formatted"
            raise KafkaStartError(what, self.log_tail())

    def start(self) -> None:
        """Start the process; it does not answer yet when this returns."""
        if self.is_running:
            message = f"broker {self.address.broker} is running already"
            raise RuntimeError(message)
        command = leashed(*self._java("kafka.Kafka", *_HEAP), str(self._properties))
        self._process = _starter.submit(self._spawn, command).result()

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.signal(signal.SIGKILL)
        self.join()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process; nothing happens when there is none."""
        if self._process is not None:
            self._process.send_signal(number)

    def join(self, seconds: float | None = None) -> None:
        """Wait for the end of a process that was told to end; kill it if it takes too long."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """Return the last lines of the log, under a heading that names the broker."""
        heading = f"--- broker {self.address.broker}, {self.log}"
        if not self.log.is_file():
            return f"{heading}: no log"
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join([heading, *text.splitlines()[-lines:]])

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C goes to the whole group; a broker is stopped by its cluster alone.
                start_new_session=True,
            )

    def _java(self, main_class: str, *options: str) -> list[str]:
        logging = f"-Dlog4j2.configurationFile={self._directory / 'log4j2.properties'}"
        classes = ("-cp", f"{jars_folder()}/*")
        return [java_program("java"), *_JVM, *options, logging, *classes, main_class]
