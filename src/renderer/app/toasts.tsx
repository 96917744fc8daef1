import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useEffect } from 'react'
import { t } from '#shared/i18n/translate.ts'
import { namesNow } from '../state/names.ts'
import { type Message, type Offer } from '../state/messages.ts'
import { useApp, useDocument, type AppModel } from './context.ts'
import { ErrorDetails } from './error-details.tsx'

/** Milliseconds for which a toast stays, by kind; errors stay until they are closed. */
const STAYS = { done: 3000, undo: 8000, hint: 8000 } as const

/** A slow reader's time for a character. */
const MS_A_CHARACTER = 60

/** Shows what the stores have to tell, each once. Renders nothing itself. */
export function Toasts() {
  const app = useApp()
  useEffect(() => {
    let shown = app.stores.messages.getState().next - 1
    let passing: number | null = null
    // What is on show was said before names were masked.
    const stopMasking = app.stores.display.subscribe(({ maskNames }, before) => {
      if (maskNames && !before.maskNames) notifications.clean()
    })
    const stopShowing = app.stores.messages.subscribe(({ messages }) => {
      for (const message of messages) {
        if (message.key <= shown) continue
        shown = message.key
        // What was done just before gives way: five undos are not five toasts over the picture.
        if (isPassing(message)) {
          if (passing !== null) notifications.hide(toastOf(passing))
          passing = message.key
        }
        show(app, shownMessage(app, message))
      }
    })
    return () => {
      stopMasking()
      stopShowing()
    }
  }, [app])
  return null
}

const toastOf = (key: number): string => `message-${String(key)}`

/** Says only what was done, and asks for nothing. */
const isPassing = ({ kind, undo }: Message): boolean => kind === 'done' && !undo

/** A message with the names by which images are shown. */
function shownMessage({ stores }: AppModel, message: Message): Message {
  const { masked, in: within } = namesNow(stores)
  if (!masked) return message
  const { error } = message
  const told = error && { ...error, message: within(error.message), ...(error.hint === undefined ? {} : { hint: within(error.hint) }) }
  return { ...message, title: within(message.title), text: within(message.text), error: told }
}

function show({ stores }: AppModel, message: Message): void {
  const { key, kind, title, text, undo } = message
  const sequence = stores.document.getState().history.sequence
  notifications.show({
    id: toastOf(key),
    title: (
      <Text size="sm" fw={500} lineClamp={4}>
        {title}
      </Text>
    ),
    message: <ToastBody message={message} sequence={sequence} fallback={text} />,
    autoClose: kind === 'error' ? false : Math.max(undo ? STAYS.undo : STAYS[kind], MS_A_CHARACTER * text.length),
    color: kind === 'error' ? 'red' : 'gray',
    role: kind === 'error' ? 'alert' : 'status',
    closeButtonProps: { 'aria-label': t('Close') },
    onClose: () => {
      stores.messages.dismiss(key)
    },
  })
}

interface BodyProps {
  readonly message: Message
  /** The history's number when the toast came: Undo is offered only while nothing was done since. */
  readonly sequence: number
  readonly fallback: string
}

function ToastBody({ message, sequence, fallback }: BodyProps) {
  const { stores } = useApp()
  const now = useDocument(({ history }) => history.sequence)
  const isUndone = useDocument(({ history }) => message.undo && history.sequence === sequence + 1 && history.redo !== null)
  // What was done is not so any more.
  useEffect(() => {
    if (isUndone) notifications.hide(toastOf(message.key))
  }, [isUndone, message.key])
  const take = (): void => {
    notifications.hide(toastOf(message.key))
    void stores.actions.undo(true)
  }
  return (
    <>
      {fallback !== '' &&
        // A name may be longer than the toast is wide.
        fallback.split('\n').map((line, i) => (
          <Text
            key={i}
            size="sm"
            mt={i > 0 ? 4 : 0}
            style={{ overflowWrap: 'anywhere' }}
            // An error stays until it is closed: what is longer stands in its details, not over the image.
            {...(message.error ? { lineClamp: 3 } : {})}
          >
            {line}
          </Text>
        ))}
      {message.error && <ErrorDetails error={message.error} />}
      {message.offer && <OfferButton messageKey={message.key} offer={message.offer} />}
      {message.undo && now === sequence && (
        <Group justify="flex-end">
          <Button variant="default" onClick={take}>
            {t('Undo')}
          </Button>
        </Group>
      )}
    </>
  )
}

function OfferButton({ messageKey, offer }: { readonly messageKey: number; readonly offer: Offer }) {
  const take = (): void => {
    notifications.hide(toastOf(messageKey))
    offer.run()
  }
  return (
    <Group justify="flex-end" mt={4}>
      <Button variant="default" onClick={take}>
        {offer.label}
      </Button>
    </Group>
  )
}
