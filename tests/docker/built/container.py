"""Runs a service's command in its image, as confined as compose says, on this machine's network.

What a Docker engine adds is not there: limits of memory, processors and processes, and a network of its own.
"""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

# Paths come as arguments; a mount ends with the namespace that it was made in.
ENTER = r"""
set -e
root=$1; tmpfs=$2; volume=$3; kept=$4; user=$5; shift 5
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 dev "$root/dev"
for each in null zero full random urandom; do
    touch "$root/dev/$each"; mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/shm"; mount -t tmpfs -o mode=1777,size=64m shm "$root/dev/shm"
for each in hosts resolv.conf; do
    [ -e "$root/etc/$each" ] || touch "$root/etc/$each"
    mount --bind "/etc/$each" "$root/etc/$each"
done
mount --bind "$volume" "$root$kept"
printf '%s\n' "$tmpfs" | while IFS=: read -r at options; do
    [ -z "$at" ] || mount -t tmpfs -o "${options:-mode=1777}" tmpfs "$root$at"
done
mount -o remount,bind,ro "$root"
exec /usr/sbin/chroot "$root" /usr/bin/setpriv --reuid="${user%:*}" --regid="${user#*:}" --clear-groups \
    --no-new-privs --bounding-set=-all --inh-caps=-all env --chdir="$kept" "$@"
"""


class Container:
    """A service of the compose file. ``root``: its image, unpacked. ``volume``: what is kept of it."""

    def __init__(
        self,
        service: dict[str, Any],
        root: Path,
        image: dict[str, str],
        replaced: dict[str, str],
        volume: Path,
    ) -> None:
        assert service["read_only"] is True
        own = {name: replaced.get(name, str(value)) for name, value in service["environment"].items()}
        self.environment = image | own
        self._user = service["user"]
        self._root = root
        self._tmpfs = "\n".join(service["tmpfs"])
        self._volume = volume
        volume.mkdir()
        os.chown(volume, *map(int, self._user.split(":")))
        self.log = volume.with_suffix(".log")

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Runs it in the background; it and all its children end with the process that is returned."""
        enter = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "enter"]
        where = [str(self._root), self._tmpfs, str(self._volume), "/var/lib/liptune", self._user]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*enter, *where, *command],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def run(self, command: list[str]) -> int:
        """Runs it to its end."""
        return self.start(command).wait(600)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kills a container."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
