using CaBridge.Analysis.ChannelAccess;
using CaBridge.Analysis.Transactions;

namespace CaBridge.Extcap.Annotation;

internal static class MessageOperation
{
    /// <summary>What a message asks for, answers, or ends; null for what belongs to the circuit as a whole.</summary>
    public static Operation? Of(in DecodedMessage message) => message.Header.Command == CaCommand.Error
        ? ErrorPayload.TryRead(message.Payload, out var error) ? Of(error.Request.Command) : null
        : Of(message.Header.Command);

    /// <inheritdoc cref="Of(in DecodedMessage)"/>
    public static Operation? Of(CaCommand command) => command switch
    {
        CaCommand.Search or CaCommand.NotFound => Operation.Search,
        CaCommand.CreateChan or CaCommand.CreateChFail or CaCommand.AccessRights => Operation.Create,
        CaCommand.ReadNotify => Operation.Get,
        CaCommand.WriteNotify or CaCommand.Write => Operation.Put,
        CaCommand.EventAdd or CaCommand.EventCancel => Operation.Subscribe,
        CaCommand.Echo or CaCommand.ReadSync => Operation.Echo,
        CaCommand.ClearChannel or CaCommand.ServerDisconn => Operation.Clear,
        CaCommand.Read => Operation.Read,
        _ => null,
    };
}
