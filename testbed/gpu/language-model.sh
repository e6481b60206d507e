#!/bin/sh
# Trains a public base with LoRA on one GPU, with the template language-model as it is, measures and packages it, and prints the figures for docs/performance.md:
#
#   testbed/gpu/language-model.sh MODEL REVISION [STEPS]
#   testbed/gpu/language-model.sh tiny
#
# MODEL is an id of the Hugging Face Hub such as HuggingFaceTB/SmolLM2-135M-Instruct, and REVISION its commit. Needs Python 3.11 to 3.13, the driver, and the network: it
# brings its packages. WORK names the folder where it works, and keeps them.
set -eu
[ $# -gt 0 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
cp -R "$root/templates/common/skeleton/." "$root/templates/language-model/skeleton/." "$work"
cd "$work"
if [ "$1" = tiny ]; then
  printf 'base: { kind: tiny }\ntraining: { steps: %s, learning_rate: 0.003 }\n' "${2:-250}" >training.yaml
else
  printf 'base: { kind: hub, model: %s, revision: %s }\ntraining: { steps: %s, batch: 8, accumulate: 2, learning_rate: 0.0002, context: 1024, save_every: 50 }\n' \
    "$1" "$2" "${3:-300}" >training.yaml
fi
printf '# %s\n' "$1" >CARD.md
export PYTHONPATH=deps:src
timed() {
  name=$1
  shift
  start=$(date +%s)
  "$@"
  printf '%s took %s s\n\n' "$name" "$(($(date +%s) - start))"
}
python3 -c 'import transformers' 2>/dev/null || timed packages sh -e build.sh
python3 - <<'PYTHON'
import torch, transformers
gpu = torch.cuda.get_device_name() if torch.cuda.is_available() else "no GPU"
print(f"PyTorch {torch.__version__}, transformers {transformers.__version__}, {gpu}\n", flush=True)
PYTHON
timed training python3 -m language_model.train
timed evaluation python3 -m language_model.evaluate
timed packaging python3 -m language_model.package
python3 - <<'PYTHON'
import json
lines = [json.loads(line) for line in open("reports/series.jsonl")]
steps = [line for line in lines if "loss" in line]
first, last = steps[len(steps) // 4], steps[-1]
print(f"{(last['step'] - first['step']) / (last['time'] - first['time']):.2f} steps per second, measured from step {first['step']} on")
PYTHON
command -v nvidia-smi >/dev/null && nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
echo "The model is in $work/model"
