import { Chat } from "./Chat";

interface Props {
  searchParams: Promise<{ ws?: string; room?: string }>;
}

/** Rendered on the server, with the client's address: if anything connected there, it could. */
export default async function Page({ searchParams }: Props) {
  const { ws = "", room = "" } = await searchParams;
  return <Chat url={ws} roomId={room} />;
}
