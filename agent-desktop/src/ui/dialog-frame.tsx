/** The frame of a dialog: title, close button, Escape, focus kept inside. */
import type { ReactNode } from 'react';
import { X } from 'lucide-react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { ActionButton } from './action-button.tsx';
import { useText } from './desk-context.tsx';

/** `isWide`: for something to be looked at. */
export function DialogFrame({ title, onClose, isWide = false, children }: { title: string; onClose: () => void; isWide?: boolean; children: ReactNode }): ReactNode {
  const text = useText();
  return (
    <ModalOverlay className="overlay" isOpen isDismissable onOpenChange={(open) => { if (!open) onClose(); }}>
      <Modal className={isWide ? 'modal modal-wide' : 'modal'}>
        <Dialog className="dialog">
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <ActionButton compact kind="quiet" label={text('dialog.close')} icon={<X aria-hidden size={17} />} onPress={onClose} />
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
