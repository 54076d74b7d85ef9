/**
 * What each script does with its client: joins, sends, receives, loses the connection and comes back. Each step is a
 * line of JSON; whoever started it plays the other side, and judges.
 */
export async function converse(client, roomId) {
  const say = (step, more = {}) => console.log(JSON.stringify({ step, ...more }));
  const room = client.room({ roomId });
  const heard = [];
  room.on("posted", ({ body }) => heard.push(body));
  const hears = (body) =>
    new Promise((done) => {
      if (heard.includes(body)) done();
      else room.on("posted", (message) => message.body === body && done());
    });

  const release = room.retain();
  await until(room.state, ({ status }) => status === "joined");
  say("joined");
  await room.send({ name: "Script", body: "Hello from here" });
  await hears("Hello from here");
  say("sent");
  await hears("Hello back");
  say("received");
  await until(client.connection, ({ status }) => status === "reconnecting");
  say("lost");
  await hears("While you were away");
  await until(client.connection, ({ status }) => status === "ready");
  say("reconnected", { heard });
  release();
  client.close();
  say("done", { complaints: [] });
}

function until(store, holds) {
  return new Promise((done) => {
    const look = () => {
      if (!holds(store.getSnapshot())) return;
      stop();
      done();
    };
    const stop = store.subscribe(look);
    look();
  });
}
