import { first } from './0010-first.ts'
import { allTasks } from './0020-all-tasks.ts'
import { slides } from './0021-slides.ts'
import { formerLabels } from './0022-former-labels.ts'
import { packedLines } from './0023-packed-lines.ts'
import { regions } from './0026-regions.ts'
import { factsApart } from './0027-facts-apart.ts'
import { drawnShapes } from './0028-drawn-shapes.ts'
import { flags } from './0033-flags.ts'
import { readings } from './0034-readings.ts'
import { modelNotes } from './0035-model-notes.ts'
import { pixelSizes } from './0036-pixel-sizes.ts'
import { slidesAndPatients } from './0037-slides-and-patients.ts'
import { measurements } from './0038-measurements.ts'
import type { Migration } from './migration.ts'

/** All migrations, oldest first. */
export const MIGRATIONS: readonly Migration[] = [
  first,
  allTasks,
  slides,
  formerLabels,
  packedLines,
  regions,
  factsApart,
  drawnShapes,
  flags,
  readings,
  modelNotes,
  pixelSizes,
  slidesAndPatients,
  measurements,
]
