// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * Which core a process runs on, so that server and load do not take each other's time.
 *
 * @module
 */

/** The core of the servers, and that of what puts a load on them. */
export const serverCore = 0;
export const loadCore = 1;

let warned = false;

/** What goes before a command to run it on `core`; nothing, said once, where that cannot be done. */
export function onCore(core: number): readonly string[] {
  if (navigator.hardwareConcurrency > loadCore && hasProgram("taskset")) {
    return ["taskset", "--cpu-list", String(core)];
  }
  if (!warned) {
    console.log("Not pinned: it takes two cores and taskset. Server and load share what there is.");
  }
  warned = true;
  return [];
}

/** Keeps this process, which is to be a load, on the core for it. */
export function pinLoad(): void {
  const [program, ...args] = onCore(loadCore);
  if (program === undefined) return;
  const own = ["--all-tasks", "--pid", ...args, String(Deno.pid)];
  const { success } = new Deno.Command(program, { args: own, stdout: "null" }).outputSync();
  if (!success) console.log("Not pinned: taskset does not let the load be moved.");
}

/** Whether there is such a program on this machine. */
export function hasProgram(name: string): boolean {
  return (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${name}`).isFile;
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return false;
      if (failure instanceof Deno.errors.NotADirectory) return false;
      throw failure;
    }
  });
}
