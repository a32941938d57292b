const signals = ["SIGINT", "SIGTERM"] as const;

/** Works, and removes what that has made, however it ends: an interruption removes it, too. */
export async function removingAfter(work: () => Promise<void>, remove: () => void): Promise<void> {
  const interrupted = () => {
    remove();
    process.exit(130);
  };
  for (const signal of signals) process.once(signal, interrupted);
  try {
    await work();
  } finally {
    for (const signal of signals) process.removeListener(signal, interrupted);
    remove();
  }
}
