# Functions for the scripts of jobs. Files of a job are in /job, what it leaves in /job/out comes back to the test.

# until_true COMMAND...: repeats a command until it succeeds. The limit is that of the job.
until_true() {
  until "$@" 2>/dev/null; do sleep 0.05; done
}

# alive PID: whether a process runs or sleeps, and has not ended.
alive() {
  [ -e "/proc/$1" ] && ! grep -q '^State:.[ZX]' "/proc/$1/status"
}

# ended PID: waits until a process has ended.
ended() {
  gone() { ! alive "$1"; }
  until_true gone "$1"
}

# start LOG PROGRAM...: starts a program in a session of its own, with its output in a file; its pid is in $pid. The program, its threads and its
# children get numbers from 1000 on, which no process of a job has that restores them.
start() {
  log=$1
  shift
  echo 999 >/proc/sys/kernel/ns_last_pid
  setsid "$@" </dev/null >>"$log" 2>&1 &
  pid=$!
}

# until_ready LOG: waits until the program says that it is ready. From then on it starts no thread and no child.
until_ready() {
  until_true grep -q ready "$1"
  echo 20000 >/proc/sys/kernel/ns_last_pid
}

# descend PROGRAM: sets $pid to the first descendant of process $pid, or to the process itself, that runs a program which others start.
descend() {
  runs() {
    [ "$(cat "/proc/$pid/comm")" = "$1" ] && return
    child=$(cat "/proc/$pid/task/$pid/children")
    [ "$child" != "" ] && pid=${child%% *}
    return 1
  }
  until_true runs "$1"
}

# dump PID NAME [OPTION...]: lets CRIU write the tree of a process into /job/out/NAME, with its log beside it. The tree ends, unless an option
# such as --leave-running or --leave-stopped says otherwise.
dump() {
  tree=$1 name=$2
  shift 2
  mkdir -p "/job/out/$name" "/job/scratch"
  if ! criu dump -t "$tree" -D "/job/out/$name" -W /job/scratch -v4 -o "$name.dump.log" "$@" >"/job/scratch/$name.said" 2>&1; then
    criu_failed "$name.dump.log"
    return 1
  fi
}

# restore DIRECTORY [OPTION...]: lets CRIU restore a tree from a directory of its files, and leaves it running as children of the job. The pid of its
# root is in $pid: in a namespace of its own another one than at the dump.
restore() {
  directory=$1
  shift
  log="$(basename "$directory").restore.log"
  mkdir -p /job/scratch
  if ! criu restore -D "$directory" -W /job/scratch -v4 -o "$log" --pidfile root.pid -d "$@" >"/job/scratch/$log.said" 2>&1; then
    criu_failed "$log"
    return 1
  fi
  pid=$(cat /job/scratch/root.pid)
  rm /job/scratch/root.pid
}

# criu_failed LOG: tells why, and keeps the whole log.
criu_failed() {
  echo "criu failed: $1"
  grep -E 'Error|Warn' "/job/scratch/$1" || tail -5 "/job/scratch/$1" || cat "/job/scratch/"*.said
  cp "/job/scratch/$1" /job/out/
}

# tree PID: the pids of a process and of all its descendants, parents first.
tree() {
  echo "$1"
  for task in "/proc/$1/task/"*; do
    for child in $(cat "$task/children"); do tree "$child"; done
  done
}

# look PID NAME: writes what /proc says about a process and its threads into /job/out/NAME/PID.
look() {
  from=/proc/$1 to=/job/out/$2/$1
  mkdir -p "$to/fdinfo" "$to/task"
  for file in maps smaps status stat environ cmdline auxv limits timers comm wchan syscall; do
    cat "$from/$file" >"$to/$file" 2>/dev/null || true
  done
  for link in cwd root exe; do
    readlink "$from/$link" >"$to/$link" 2>/dev/null || true
  done
  for ns in "$from/ns/"*; do echo "$(basename "$ns") $(readlink "$ns")"; done >"$to/ns" 2>/dev/null || true
  for fd in "$from/fd/"*; do
    [ -h "$fd" ] || continue
    printf '%s\t%s\n' "$(basename "$fd")" "$(readlink "$fd")"
    cat "$from/fdinfo/$(basename "$fd")" >"$to/fdinfo/$(basename "$fd")"
  done >"$to/fd"
  for task in "$from/task/"*; do
    mkdir -p "$to/task/$(basename "$task")"
    for file in status stat comm syscall; do
      cat "$task/$file" >"$to/task/$(basename "$task")/$file" 2>/dev/null || true
    done
  done
}

# look_at_tree PID NAME: the same about a process and all its descendants, and about what they share: System V objects, sockets, the name of the machine.
look_at_tree() {
  for process in $(tree "$1"); do look "$process" "$2"; done
  tree "$1" >"/job/out/$2/tree"
  for table in shm sem msg; do
    /usr/bin/nsenter -t "$1" -i cat "/proc/sysvipc/$table" >"/job/out/$2/sysvipc-$table"
  done
  /usr/bin/nsenter -t "$1" -u hostname >"/job/out/$2/hostname"
  for table in unix tcp udp; do cat "/proc/$1/net/$table" >"/job/out/$2/net-$table"; done
}

# peek PID ADDRESS SIZE: bytes of its memory, in hexadecimal on one line.
peek() {
  dd if="/proc/$1/mem" bs=1 skip="$(($2))" count="$3" 2>/dev/null | hexdump -v -e '1/1 "%02x"'
  echo
}
