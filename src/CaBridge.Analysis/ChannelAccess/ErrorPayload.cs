using System.Buffers;

namespace CaBridge.Analysis.ChannelAccess;

/// <summary>What an ERROR says: a view over its payload, which is the header of the request that failed (16 or 24 bytes), then text.</summary>
public readonly ref struct ErrorPayload
{
    private ErrorPayload(CaHeader request, ReadOnlySpan<byte> text)
    {
        Request = request;
        Text = text;
    }

    public CaHeader Request { get; }

    /// <summary>Up to its NUL; empty where the payload ends with the header.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <returns>False where the payload ends within the header.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out ErrorPayload error)
    {
        var read = CaHeader.TryRead(payload, out var request) == OperationStatus.Done;
        error = read ? new ErrorPayload(request, PayloadText.UntilNul(payload[request.Length..])) : default;
        return read;
    }
}
