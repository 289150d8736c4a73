namespace CaBridge.Analysis.Tcp;

/// <summary>
/// A TCP sequence number: arithmetic modulo 2³², ordered within half that range (RFC 9293 3.4). <c>default</c> is the number 0, not "none".
/// </summary>
public readonly record struct SequenceNumber(uint Value)
{
    public static SequenceNumber operator +(SequenceNumber number, int bytes) => new(unchecked(number.Value + (uint)bytes));

    /// <summary>Bytes from <paramref name="earlier"/> to <paramref name="later"/>; negative if it is the other way round.</summary>
    public static int operator -(SequenceNumber later, SequenceNumber earlier) => unchecked((int)(later.Value - earlier.Value));

    public static bool operator <(SequenceNumber left, SequenceNumber right) => left - right < 0;

    public static bool operator >(SequenceNumber left, SequenceNumber right) => left - right > 0;
}
