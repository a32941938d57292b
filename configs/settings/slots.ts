import { z } from "zod";
import { line } from "./values";

const slotName = () =>
  z
    .string()
    .max(63)
    .regex(/^[a-z0-9_]+$/, "must be lower-case letters, digits and underscores, as slots have");

/** Replication slots that Patroni keeps on every member, by name. */
export const slotsSettings = z
  .record(
    slotName(),
    z
      .strictObject({
        type: z
          .enum(["logical", "physical"])
          .default("logical")
          .describe("Whether the slot's client receives changes of a database, or WAL."),
        database: line().optional().describe("Database of a logical slot."),
        plugin: z
          .string()
          .regex(/^[a-z0-9_]+$/, "must be the name of an output plugin, such as pgoutput")
          .optional()
          .describe("Output plugin of a logical slot. Default: pgoutput."),
      })
      .superRefine((slot, context) => {
        const add = (path: string, message: string) => {
          context.addIssue({ code: "custom", path: [path], message });
        };
        if (slot.type === "logical") {
          if (slot.database === undefined) add("database", "must be set: a logical slot has one");
          return;
        }
        if (slot.database !== undefined) add("database", "is for logical slots only");
        if (slot.plugin !== undefined) add("plugin", "is for logical slots only");
      }),
  )
  .default({});

/** Descriptions of slots that Patroni must not drop. */
export const ignoreSlotsSettings = z
  .array(
    z
      .strictObject({
        name: slotName().optional(),
        type: z.enum(["logical", "physical"]).optional(),
        database: line().optional(),
        plugin: line().optional(),
      })
      .refine((one) => Object.keys(one).length > 0, "must name something, or it matches all slots"),
  )
  .default([])
  .describe(
    "Slots that Patroni leaves alone, each by `name`, `type`, `database` and `plugin` or some of " +
      "them. Patroni drops all others that it does not know. They do not move to another primary.",
  );
