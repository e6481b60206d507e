#!/bin/sh
# Records what Slurm's commands write, for the tests of their parsers: record.sh on a testbed that is up, with
# MODEL_CI_TEST_SLURM set. The testbed's own jobs should be few.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
. "$MODEL_CI_TEST_SLURM/env"
cd "$MODEL_CI_TEST_SLURM/jobs"
submit() {
  name=$1
  shift
  sbatch --parsable --no-requeue -o /dev/null --job-name="model-ci-$name" --mem=100M "$@"
}
ours() { awk -F'|' -v first="$failed" '/^model-ci-[a-z]+\|/ && $2 >= first + 0' "$here/all"; }
end() { while squeue -h -n "$1" -t PD,R,CG | grep -q .; do sleep 0.5; done; }
failed=$(submit failed --wrap 'exit 7')
submit killed --wrap 'kill -9 $$'
submit completed --wrap 'exit 0'
submit memory --mem=20M --wrap 'x=x; while :; do x=$x$x; done'
submit nofolder --chdir=/nonexistent -o /nonexistent/out --wrap 'exit 0'
submit refused --gres=gpu:99 --wrap 'exit 0' || true
for name in failed killed completed memory nofolder; do end "model-ci-$name"; done
running=$(submit running -w n1 --wrap 'sleep 600')
submit blocking --mem=0 --exclusive -w n2 --wrap 'sleep 600'
submit huge --nodes=2 --exclusive --wrap 'exit 0'
submit long --partition=short --time=30 --wrap 'exit 0'
submit dependent --dependency="afterok:$failed" --wrap 'exit 0'
submit later --begin=now+1hour --wrap 'exit 0'
cancelled=$(submit cancelled --nodes=2 --exclusive --wrap 'exit 0')
completing=$(submit completing --wrap 'trap "" TERM; sleep 600')
sleep 3
scancel "$completing" "$cancelled"
TZ=UTC0 squeue --noheader --states=all -o '%j|%i|%T|%S|%N|%r' > "$here/all"
ours > "$here/squeue.txt"
sleep 2
TZ=UTC0 sacct -nXDP -S now-1days -o JobName,JobID,State,Start,NodeList,ExitCode > "$here/all"
ours > "$here/sacct.txt"
rm "$here/all"
sinfo --noheader -o '%R|%a|%l|%c|%m|%D|%T|%G' > "$here/sinfo.txt"
for name in running blocking huge long dependent later completing; do scancel -n "model-ci-$name"; done
