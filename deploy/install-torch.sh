#!/bin/sh
# Installs the CPU build of torch into the environment of the given Python: never the gigabytes of CUDA.
#   deploy/install-torch.sh .venv/bin/python
set -eu
python=$1
torch=torch==2.13.0
pip="$python -m pip --quiet --disable-pip-version-check"

"$python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)' && exit 0

# What would pip take? A CUDA build brings NVIDIA's packages along.
if $pip install --dry-run --report - $torch 2>/dev/null | "$python" -c '
import json, sys
names = [item["metadata"]["name"].lower() for item in json.load(sys.stdin)["install"]]
sys.exit(any(name.startswith(("nvidia", "cuda")) for name in names))
' 2>/dev/null; then
  exec $pip install $torch
else
  exec $pip install --index-url https://download.pytorch.org/whl/cpu $torch
fi
