// @ts-check
// Pulumi notes a stack trace with every promise. ts-node has put a slow reader of source maps in the way of each, for files
// that it has not compiled: a preview took 1.3 s longer with it, one in six. Node reads those of tsx by itself.
Error.prepareStackTrace = undefined;
