/**
 * Files of the local file system as `Source` and `Sink` (Node only).
 *
 * @module
 */
import { readSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { WbeError } from "../core/errors.js";
import type { Sink, Source } from "./format.js";

/** A WbeError FILE for a failed file operation: why in words, with the remedy. `action`: "open", "write", … */
export function fileError(action: string, path: string, cause: unknown): WbeError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const known: Record<string, [string, string]> = {
    ENOENT: ["it does not exist", "Check the path."],
    EACCES: ["permission is denied", "Change its permissions or choose another place."],
    EPERM: ["permission is denied", "Change its permissions or choose another place."],
    EISDIR: ["it is a folder", "Name a file."],
    ENOTDIR: ["part of the path is a file, not a folder", "Check the path."],
    ENOSPC: ["the disk is full", "Free some space."],
    EROFS: ["the file system is read-only", "Choose another place."],
  };
  const [why, remedy] = known[code] ?? [cause instanceof Error ? cause.message : String(cause), ""];
  return new WbeError("FILE", `could not ${action} the file: ${why}`, { where: path, remedy, cause });
}

/**
 * Opens a file for reading in ranges.
 *
 * @throws WbeError FILE when it cannot be opened or is not a regular file.
 */
export async function fileSource(path: string): Promise<Source> {
  let handle: FileHandle | undefined;
  let size: number;
  try {
    handle = await open(path, "r");
    const stat = await handle.stat();
    if (!stat.isFile())
      throw Object.assign(new Error("it is not a regular file"), { code: stat.isDirectory() ? "EISDIR" : "" });
    size = stat.size;
  } catch (cause) {
    await handle?.close();
    throw fileError("open", path, cause);
  }
  const file = handle;
  const allocate = (start: number, end: number): Uint8Array => {
    if (start >= 0 && start <= end && end <= size) return new Uint8Array(end - start);
    throw new WbeError("FILE", `expected a byte range inside 0..${size}, found ${start}..${end}`, {
      where: path,
      remedy: "The file is shorter than its own structure says: it may be truncated.",
    });
  };
  const checkGot = (got: number, at: number): number => {
    if (got > 0) return got;
    throw new WbeError("FILE", `expected ${size} bytes, found the end of the file at ${at}`, {
      where: path,
      remedy: "It was shortened while it was being read; read it again.",
    });
  };
  return {
    name: basename(path),
    size,
    async read(start, end) {
      const bytes = allocate(start, end);
      for (let done = 0; done < bytes.length; ) {
        const part = file.read(bytes, done, bytes.length - done, start + done);
        const { bytesRead } = await part.catch((cause) => {
          throw fileError("read", path, cause);
        });
        done += checkGot(bytesRead, start + done);
      }
      return bytes;
    },
    readSync(start, end, into) {
      const bytes = into?.length === end - start && end <= size ? into : allocate(start, end);
      for (let done = 0; done < bytes.length; ) {
        let got: number;
        try {
          got = readSync(file.fd, bytes, done, bytes.length - done, start + done);
        } catch (cause) {
          throw fileError("read", path, cause);
        }
        done += checkGot(got, start + done);
      }
      return bytes;
    },
    async close() {
      await file.close();
    },
  };
}

let sinkCount = 0;

/**
 * A sink that writes beside the target and renames on `close`, so that readers see either the old file or the
 * whole new one, also after a crash or a full disk. Missing folders are made.
 *
 * @throws WbeError FILE
 */
export async function fileSink(path: string): Promise<Sink> {
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.${sinkCount++}.tmp`);
  let handle: FileHandle;
  try {
    await mkdir(dirname(path), { recursive: true });
    handle = await open(aside, "wx");
  } catch (cause) {
    throw fileError("create", path, cause);
  }
  let open_ = true;
  const abort = async () => {
    if (!open_) return;
    open_ = false;
    await handle.close();
    await unlink(aside);
  };
  const guard = async (action: string, work: () => Promise<unknown>) => {
    if (!open_) throw new WbeError("FILE", "the sink is already closed", { where: path });
    try {
      await work();
    } catch (cause) {
      await abort();
      throw fileError(action, path, cause);
    }
  };
  return {
    name: basename(path),
    write: (bytes) => guard("write", () => handle.writeFile(bytes)),
    close: () =>
      guard("write", async () => {
        await handle.sync();
        await rename(aside, path);
        open_ = false;
        await handle.close();
      }),
    abort,
  };
}

/**
 * Writes a whole file aside and renames it: there is the old file or the new one, never a part.
 *
 * @throws WbeError FILE; then the old file stands, and nothing is left beside it.
 */
export async function writeWholeFile(path: string, bytes: Uint8Array): Promise<void> {
  const sink = await fileSink(path);
  await sink.write(bytes);
  await sink.close();
}

/** @throws WbeError FILE */
export async function readWholeFile(path: string): Promise<Uint8Array> {
  const source = await fileSource(path);
  try {
    return await source.read(0, source.size);
  } finally {
    await source.close();
  }
}

/** Removes what sinks of processes that were killed have left beside a file. @throws WbeError FILE */
export async function removeAbandoned(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names) {
    const pid = name.startsWith(start) ? /^(\d+)\.\d+\.tmp$/.exec(name.slice(start.length))?.[1] : undefined;
    if (pid === undefined || isAlive(Number(pid))) continue;
    await rm(join(dirname(path), name), { force: true }).catch((cause) => {
      throw fileError("remove", name, cause);
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
}
