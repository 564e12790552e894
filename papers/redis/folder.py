"""What lies in the embedded Redis's folder, DATA_DIR/redis. Light: the guard starts by importing it.

Who is alive is told by locks only, because the kernel drops those of a process that was killed:

    start.lock   flock, exclusive  whoever looks whether there is a server, and starts one
    users.lock   flock, shared     every process that uses the server; exclusive: who stops it
    guard.lock   flock, exclusive  the one guard
    server.lock  POSIX, exclusive  the server, which keeps it over exec; its children do not get it. Holds its pid
"""

START_LOCK, USERS_LOCK, GUARD_LOCK, SERVER_LOCK = "start.lock", "users.lock", "guard.lock", "server.lock"
SOCKET = "redis.sock"
LOG = "redis.log"
AOF = "appendonlydir"
STARTING = "starting redis-server"
"""What the log says before each start."""
KILLED = "it was killed"
"""How a start ended that is worth another try."""
SHUTDOWN = b"SHUTDOWN NOSAVE NOW FORCE\r\n"
"""NOSAVE concerns snapshots only: the append-only file is written and synchronized."""
