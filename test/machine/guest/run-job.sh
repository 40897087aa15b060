# The first process of a job. Processes whose parent has ended become its children, and it waits for them.
# The low numbers stay free for processes that are restored.
echo 20000 >/proc/sys/kernel/ns_last_pid
cd /job
sh -euc '. /guest/library.sh; . /job/script' &
script=$!
wait "$script"
