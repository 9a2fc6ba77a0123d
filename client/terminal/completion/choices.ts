/**
 * What there is to choose from in a conversation.
 *
 * @module
 */
import { commands } from "../../conversation/commands.ts";
import { pathsLike } from "../../conversation/local_files.ts";
import {
  knownUsers,
  lastMessages,
  type Model,
  moderates,
  namedRooms,
} from "../../conversation/model.ts";
import { type Place, roomAt } from "../../conversation/model/place.ts";
import { roomCall } from "../../lines/room_titles.ts";
import { fileMark } from "../../lines/message_lines.ts";
import { type Choices, messagesOfferedMax } from "./completion.ts";

/** Most messages that are looked through for those that a command can be about. */
export const messagesSearchedMax = 4 * messagesOfferedMax;

/** What can be chosen by one who is at `place`. */
export function choicesAt(place: Place, model: Model): Choices {
  const room = roomAt(place, model)?.id;
  const said = lastMessages(model, {
    count: messagesSearchedMax,
    ...(room !== undefined && { room }),
  });
  const invitations = model.doors.invitations.map(({ room: id, name }) => ({ id, name }));
  return {
    commands: moderates(model) ? commands : commands.filter((command) => !command.forModerators),
    moderates: moderates(model),
    users: knownUsers(model),
    askers: [...new Set(model.doors.askers.map(({ user }) => user))],
    rooms: namedRooms(model).map(({ name }) => name),
    invitations: invitations.map((each) => roomCall(each, invitations)),
    messages: said.map(({ id, author, text, files }) => ({
      id,
      author,
      text: [...(text === "" ? [] : [text]), ...files.map(fileMark)].join(" "),
      mine: author === model.user,
    })),
    files: said.flatMap(({ files }) => files.map(({ id, name }) => ({ id, name }))),
    paths: pathsLike,
  };
}
