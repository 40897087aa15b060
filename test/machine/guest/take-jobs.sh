# Takes jobs from the host until it closes the channel. A request is a line with a size in bytes and a limit in seconds, and an archive of files, one
# of which is the script; the answer is a line with a size, and an archive of the output, the exit code and the files that the script left in /job/out.
until [ -e /dev/vport0p1 ]; do sleep 0.1; done
exec 3<>/dev/vport0p1
echo ready >&3
while read -r size limit <&3; do
  rm -rf /job
  mkdir -p /job/out
  head -c "$size" <&3 | (cd / && cpio -idu 2>/dev/null)
  # Processes, their numbers, System V objects, mounts and the name of the machine are those of the job, and end with it.
  timeout -s KILL "$limit" /usr/bin/unshare --pid --fork --kill-child --mount-proc --ipc --uts sh /guest/run-job.sh \
    </dev/null >/job/output 2>&1 3>&-
  echo "$?" >/job/code
  sync
  (cd /job && find code output out | cpio -o -H newc 2>/dev/null) >/answer
  stat -c %s /answer >&3
  cat /answer >&3
done
