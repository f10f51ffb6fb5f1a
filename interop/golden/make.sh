#!/usr/bin/env bash
# Makes every file of test/golden again (about four minutes). Each script checks its own numbers against a second tool.
set -euo pipefail
cd "$(dirname "$0")"
[[ -x ../.venv/bin/python ]] || ../setup.sh
for script in hodgkin_huxley integrate_and_fire network nest_neurons nest_precise conductance_network adex izhikevich glif stdp stdp_family release shiu philox normal_quantile rallpack3 channels nmodl extracellular detailed_cells cell_networks cell_geometry graph_measures scanner morphometrics nblast iit4 complexity format_files dip; do
  ../.venv/bin/python "$script.py" | grep '\.json:'
done
cd ../..
npx biome format --write test/golden
