using CaBridge.Analysis.ChannelAccess;

namespace CaBridge.Extcap.Annotation;

/// <summary>
/// Messages of one kind that follow each other in a packet, and of which there is nothing to tell but their PVs: they are told together, as
/// <c>5 SEARCH requests: PV=a, b, c, …</c>, or <c>SEARCH request PV=a</c> if there is but one.
/// </summary>
internal sealed class LikeMessages
{
    private const int MaxNames = 8;

    private readonly PvName?[] _names = new PvName?[MaxNames];
    private CaCommand _command;
    private string _kind = "";
    private PvName? _first;
    private int _nameCount;
    private bool _hasUnnamed;

    public int Count { get; private set; }

    public void Clear() => (Count, _nameCount, _hasUnnamed, _first) = (0, 0, false, null);

    /// <param name="kind"><c> request</c> and the like.</param>
    /// <param name="isNamed">Whether the PV is one that the user asked for: others are but counted.</param>
    /// <returns>False if it is of another kind than those before.</returns>
    public bool TryAdd(CaCommand command, string kind, PvName? pv, bool isNamed)
    {
        if (Count > 0 && (command != _command || !string.Equals(kind, _kind, StringComparison.Ordinal)))
        {
            return false;
        }

        (_command, _kind, _first) = (command, kind, Count == 0 ? pv : _first);
        Count++;
        if (pv is not null && isNamed && Array.IndexOf(_names, pv, 0, _nameCount) < 0)
        {
            if (_nameCount == MaxNames)
            {
                _hasUnnamed = true;
            }
            else
            {
                _names[_nameCount++] = pv;
            }
        }
        else
        {
            _hasUnnamed |= !isNamed;
        }

        return true;
    }

    public void Tell(CommentBuffer comment)
    {
        if (Count == 1)
        {
            comment.Append(_command.Name()).Append(_kind);
            Append(comment, " PV=", _first);
            return;
        }

        comment.Append(Count).Append(" ").Append(_command.Name()).Append(string.Equals(_kind, " reply", StringComparison.Ordinal) ? " replie" : _kind).Append("s");
        for (var i = 0; i < _nameCount; i++)
        {
            Append(comment, i == 0 ? ": PV=" : ", ", _names[i]);
        }

        comment.Append(_hasUnnamed && _nameCount > 0 ? ", …" : "");
    }

    private static void Append(CommentBuffer comment, string before, PvName? pv)
    {
        if (pv is not null)
        {
            comment.Append(before).Append(pv);
        }
    }
}
