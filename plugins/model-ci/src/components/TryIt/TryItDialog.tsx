import { ChatDialog } from './chat';
import { RequestDialog } from './RequestDialog';
import type { Tried } from './Tried';

export function TryItDialog(props: { tried: Tried; onClose: () => void }) {
  return props.tried.serving.api === 'openai' ? (
    <ChatDialog {...props} />
  ) : (
    <RequestDialog {...props} />
  );
}
