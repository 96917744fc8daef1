import { assertNever } from '#shared/assert.ts'
import { useShell } from '../context.ts'
import { AboutDialog } from './about-dialog.tsx'
import { AssociatedDialog } from './associated-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { DistanceDialog } from './distance-dialog.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { ImportAsDialog } from './import-as-dialog.tsx'
import { KeySheet } from './key-sheet.tsx'
import { ModelsDialog } from '../../training/library/models-dialog.tsx'
import { NewProjectDialog } from './new-project-dialog.tsx'
import { OutlineModelDialog } from './outline-model-dialog.tsx'
import { OriginDialog } from './origin-dialog.tsx'
import { PixelSizeDialog } from './pixel-size-dialog.tsx'
import { PreferencesDialog } from './preferences-dialog.tsx'
import { RestoreDialog } from './restore-dialog.tsx'
import { SplitDialog } from './split-dialog.tsx'
import { WorkflowDialog } from './workflow-dialog.tsx'

/** The one dialog that is open, if any. */
export function Dialogs() {
  const dialog = useShell((shell) => shell.dialog)
  if (dialog === null) return null
  switch (dialog.kind) {
    case 'help':
      return <HelpDialog key={dialog.topic} topic={dialog.topic} />
    case 'keys':
      return <KeySheet />
    case 'preferences':
      return <PreferencesDialog />
    case 'about':
      return <AboutDialog />
    case 'new-project':
      return <NewProjectDialog paths={dialog.paths} />
    case 'import':
      return <ImportDialog key={dialog.paths.join('\n')} paths={dialog.paths} format={dialog.format} direct={dialog.direct} />
    case 'import-as':
      return <ImportAsDialog />
    case 'export':
      return <ExportDialog />
    case 'split':
      return <SplitDialog />
    case 'pixel-size':
      return <PixelSizeDialog line={dialog.line} missing={dialog.missing ?? false} />
    case 'origin':
      return <OriginDialog image={dialog.image} />
    case 'workflow':
      return <WorkflowDialog />
    case 'models':
      return <ModelsDialog />
    case 'restore':
      return <RestoreDialog key={dialog.folder} folder={dialog.folder} />
    case 'distance':
      return <DistanceDialog operation={dialog.operation} />
    case 'outline-model':
      return <OutlineModelDialog />
    case 'associated':
      return <AssociatedDialog imageId={dialog.imageId} />
    default:
      return assertNever(dialog)
  }
}
