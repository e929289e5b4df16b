#!/usr/bin/env bash
# A study as a Slurm job array of four on one node: one task is killed and requeued, the records are
# merged, and the report must have the bytes of the study that ran on the machine without Slurm.
#
# usage: Tests/Slurm/array.sh PROGRAM, as root, where slurmctld, slurmd and munged are installed.
# Exit status: 0 equal, 1 not, 77 where Slurm itself doesn't start on this machine.
set -euo pipefail

program=$(realpath "${1:?usage: array.sh PROGRAM}")
work=$(mktemp -d)
chmod 755 "$work"
cd "$work"
host=$(hostname -s)
export SLURM_CONF=$work/slurm.conf

say() { printf '%s %s\n' "$(date +%T)" "$*"; }
fail() {
  say "$*"
  tail -n 20 slurmctld.log slurmd.log batchwise-fixed-*.txt 2>/dev/null || true
  exit 1
}
unavailable() {
  say "$*"
  tail -n 20 slurmctld.log slurmd.log 2>/dev/null || true
  exit 77
}
finish() {
  for name in slurmd slurmctld munged; do
    [ -s "$work/$name.pid" ] && kill -9 "$(cat "$work/$name.pid")" 2>/dev/null
  done
  rm -rf "$work"
}
trap finish EXIT

mkdir state spool munge
chmod 755 munge
head -c 128 /dev/urandom > munge/key
chmod 600 munge/key
munged --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
  --pid-file="$work/munged.pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" ||
  unavailable "munged doesn't start"

cat > slurm.conf <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=46817
SlurmdPort=46818
AuthInfo=socket=$work/munge/socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1
ReturnToService=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
echo 'CgroupPlugin=cgroup/v1' > cgroup.conf

slurmctld || unavailable "slurmctld doesn't start"
slurmd -N "$host" || unavailable "slurmd doesn't start"
for _ in $(seq 60); do
  sinfo --noheader --format=%T 2>/dev/null | grep -q idle && break
  sleep 0.5
done
sinfo --noheader --format=%T | grep -q idle || unavailable "Slurm's node isn't up"
say "Slurm $(slurmctld -V | cut -d' ' -f2) is up on one node of $(nproc) processors"

study=(study fixed --no-timing --models mlp:784-64-10 --images 1500 --batch-sizes 1,16
  --trials 4 --epochs 2 --threads 1 --jobs 1)
"$program" "${study[@]}" --output whole > /dev/null 2>&1
say "the study without Slurm is done"

"$program" "${study[@]}" --output array --print-slurm 4 > job.sh
job=$(sbatch --parsable job.sh)
say "submitted job $job"

# Kills a task once it has kept a record, as a power cut would, and lets Slurm run it again.
victim=""
for _ in $(seq 600); do
  for process in $(pgrep -x batchwise || true); do
    if tr '\0' '\n' < "/proc/$process/environ" 2>/dev/null | grep -qx SLURM_ARRAY_TASK_ID=2 &&
      grep -q '^1/' batchwise-fixed-2.txt 2>/dev/null; then
      victim=$process
    fi
  done
  [ -n "$victim" ] && break
  sleep 0.1
done
[ -n "$victim" ] || fail "task 2 never kept a record"
kill -9 "$victim"
say "killed task 2 after $(ls array/records | wc -l) records of all tasks"
for _ in $(seq 100); do
  squeue --noheader --format=%i --states=running | grep -qx "${job}_2" || break
  sleep 0.1
done
scontrol requeue "${job}_2" || fail "task 2 can't be requeued"
# Slurm waits for two minutes before it starts a requeued task again.
scontrol update JobId="${job}_2" StartTime=now || true

for _ in $(seq 1200); do
  [ -z "$(squeue --noheader)" ] && break
  sleep 0.5
done
[ -z "$(squeue --noheader)" ] || fail "the array didn't end"
[ "$(grep -l '^Part . of 4 is done' batchwise-fixed-*.txt | wc -l)" = 4 ] || fail "a task isn't done"
grep -c '^[0-9]*/' batchwise-fixed-2.txt | xargs -I{} echo "task 2 said {} lines in two runs"

"$program" study merge array --output merged > /dev/null || fail "the merge failed"
for file in results.json results.csv report.html; do
  cmp "whole/$file" "merged/$file" || fail "$file differs"
done
say "an array of four, one task killed and requeued, has the bytes of the study on one machine"
