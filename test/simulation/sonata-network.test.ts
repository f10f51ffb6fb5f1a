import { describe, expect, it } from "vitest";
import { localFolder } from "../../src/io/folder.node.js";
import { readSonataCircuit, readSonataFile } from "../../src/io/sonata-config.js";
import { SimulationEngine } from "../../src/simulation/engine.js";
import { describeSonata } from "../../src/simulation/sonata-network.js";
import { dataFolder } from "../io/data-folder.js";

describe.skipIf(!dataFolder)("SONATA circuits of point neurons", () => {
  const folder = localFolder(`${dataFolder}/sonata`);

  it("300 IntFire1 cells: every spike of NEURON, cell by cell, within 0.2 ms", async () => {
    const circuit = await readSonataCircuit(folder, "300_intfire/config.json");
    // NEURON's IntFire1 is event-driven; the grid must be fine enough that no two of its events swap.
    const { description } = await describeSonata(circuit, { dt: 0.02 });
    const engine = await SimulationEngine.fromDescription(description);
    await engine.run();
    const { neuron, step, dt } = engine.spikes();
    const reference = (await readSonataFile(folder, "300_intfire/output/spikes.h5")).spikes[0]!;
    const trains = (ids: ArrayLike<number>, time: (i: number) => number) => {
      const lists = Array.from({ length: 300 }, () => [] as number[]);
      for (let i = 0; i < ids.length; i++) lists[ids[i]!]!.push(time(i));
      return lists.map((list) => list.sort((a, b) => a - b));
    };
    const ours = trains(neuron, (i) => step[i]! * dt);
    const theirs = trains(reference.nodeIds, (i) => reference.timestamps[i]!);
    expect(neuron.length).toBe(4322);
    let worst = 0;
    theirs.forEach((list, cell) => {
      expect(ours[cell]!.length).toBe(list.length);
      list.forEach((time, i) => {
        worst = Math.max(worst, Math.abs(ours[cell]![i]! - time));
      });
    });
    // A spike waits for the end of its step (0.02 ms) at each relay, and volleys here pass up to some eight cells.
    expect(worst).toBeLessThan(0.2);
  }, 60000);

  it("biophysical cells are refused by name", async () => {
    const circuit = await readSonataCircuit(folder, "9_cells/config.json");
    await expect(describeSonata(circuit)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
