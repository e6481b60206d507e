# The packages of requirements.lock, each checked against its hash, into the folder deps, and PyTorch where the machine has none.
# Of the packages none may bring others (--no-deps): the lock has them all, but for those of requirements-excluded.txt.
python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --cache-dir .cache/pip --no-compile --no-deps \
  --target deps --requirement requirements.lock
python3 src/language_model/install_torch.py deps
