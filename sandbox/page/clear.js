// Asks the user, and then clears the messages of the sandbox.

import { deleteMessages } from "./api.js";
import { announce, byId, plural, setText } from "./dom.js";

/** @param {{size: () => number, onCleared: () => void}} host */
export function askBeforeClear({ size, onCleared }) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("clear-dialog"));
  byId("clear").addEventListener("click", () => {
    setText(byId("clear-question"), `Forget ${plural(size(), "message")}?`);
    byId("clear-error").textContent = "";
    dialog.showModal();
  });
  byId("clear-cancel").addEventListener("click", () => dialog.close());
  byId("clear-confirm").addEventListener("click", async () => {
    try {
      await deleteMessages();
    } catch (error) {
      byId("clear-error").textContent = `Not done: ${error instanceof Error ? error.message : String(error)}`;
      return;
    }
    dialog.close();
    onCleared();
    announce("Cleared");
  });
}
