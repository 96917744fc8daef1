import { refuseReadOnly, Workbench } from '../main/workbench/index.ts'

/** Opens a project, runs, and closes it whatever happens. A project that another process holds is refused unless only reading is wanted. */
export async function withProject(
  folder: string,
  run: (bench: Workbench) => Promise<void> | void,
  wish: { readOnly?: boolean } = {},
): Promise<void> {
  const bench = await Workbench.open(folder)
  try {
    if (!wish.readOnly) refuseReadOnly(bench)
    await run(bench)
  } finally {
    await bench.close()
  }
}
